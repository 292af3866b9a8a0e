import type { PaperFilter } from "./paper-filter.input";

/** What a filter may ask for that becomes known after the paper: its categories, and by its vector what it is near to. */
export type KnownLater = "categories" | "near";

/** Who is told of a paper at a moment, if their filter keeps it. So all are told once. */
export interface PaperAudience {
  /** Those who ask for one of these are told later. */
  unknown: readonly KnownLater[];
  /** Only those are told who ask for one of these, as the others were told before; null: nobody was. */
  learned: readonly KnownLater[] | null;
}

/** Whether those who have a filter, without fields that ask for nothing, are told. */
export function isTold(filter: PaperFilter | null, { unknown, learned }: PaperAudience): boolean {
  const asksFor = (what: KnownLater) => Boolean(filter?.[what]);
  return !unknown.some(asksFor) && (!learned || learned.some(asksFor));
}
