import { withKnownSpelling } from "./category-filter";
import { givenFields } from "./given-fields";
import type { PaperFilter } from "./paper-filter.input";

/** A filter as it is stored: the fields that ask for something, with categories as arXiv writes them. */
export function toStoredFilter(filter: PaperFilter): PaperFilter {
  return withKnownSpelling(givenFields(filter));
}
