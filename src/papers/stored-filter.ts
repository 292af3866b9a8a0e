import { withKnownSpelling } from "./category-filter";
import type { PaperFilter } from "./paper-filter.input";

/**
 * A filter as it is stored: its set fields, with categories as arXiv writes them. An empty list means any paper; as a
 * condition, no paper would match it, and nothing would be sent for ever.
 */
export function toStoredFilter(filter: PaperFilter): PaperFilter {
  const isSet = (value: unknown) =>
    value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  return withKnownSpelling(Object.fromEntries(Object.entries(filter).filter(([, value]) => isSet(value))));
}
