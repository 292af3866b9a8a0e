import { GraphQLError } from "graphql";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { withKnownSpelling } from "./category-filter";
import { checkFilter } from "./paper-filter";
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

/** What is wrong with a filter that is to be stored, as errors of the input's `filter`. */
export function problemsOfFilter(filter: PaperFilter): UserError[] {
  try {
    checkFilter(filter);
    return [];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const path = String(error.extensions.argument ?? "filter").split(".");
    return [userError(UserErrorCode.INVALID, error.message, "input", ...path)];
  }
}
