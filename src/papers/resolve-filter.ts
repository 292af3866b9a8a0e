import { type MaybePromise, whenKnown } from "../async/maybe-promise";
import { givenFields, keepsAll } from "./given-fields";
import { checkNear } from "./paper-filter";
import type { PaperFilter } from "./paper-filter.input";
import type { ResolvedFilter } from "./resolved-filter";

/** Finds the papers that are at least as like the given ones, by ids. */
export type FindNear = (paperIds: readonly number[]) => Promise<number[]>;

/**
 * Looks up what a filter needs that is no condition of SQL; null when it keeps all papers. Bad ids throw BAD_USER_INPUT, at once
 * or later.
 */
export function resolveFilter(
  filter: PaperFilter | null | undefined,
  findNear: FindNear,
): MaybePromise<ResolvedFilter | null> {
  if (!filter || keepsAll(filter)) return null;
  const given = givenFields(filter);
  if (!given.near) return { filter: given, near: null };
  return whenKnown(findNear(checkNear(given.near)), (near) => ({ filter: given, near }));
}
