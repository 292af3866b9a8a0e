import type { PaperFilter } from "./paper-filter.input";

/** A filter whose `near` was looked up: conditions take no other, so that none forgets to. */
export interface ResolvedFilter {
  /** Without fields that ask for nothing. */
  filter: PaperFilter;
  /** The papers that are near; null when the filter asks for none in particular. */
  near: readonly number[] | null;
}
