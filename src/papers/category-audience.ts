import type { PaperFilter } from "./paper-filter.input";

/**
 * Who is told of a paper at a moment, if their filter keeps it. While its categories are unknown, those who asked for
 * categories are left out; they alone are told once these are known. So all are told once.
 */
export type CategoryAudience = "all" | "who asked for categories" | "who did not";

/** Whether those who have a filter are told. */
export function isTold(filter: PaperFilter | null, audience: CategoryAudience): boolean {
  return audience === "all" || (audience === "who asked for categories") === Boolean(filter?.categories);
}
