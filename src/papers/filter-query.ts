import { day, integer, type ParameterTable, separateTexts, texts, yesOrNo } from "../graphql/query-string";
import { countRule, MAX_COUNT } from "./filter-rules";
import type { PaperFilter } from "./paper-filter.input";

/** How a filter is read from a query string: every field by its own name, repeated for lists. What the values must be beyond their form is checked where the filter is applied. */
export const filterParameters: ParameterTable<PaperFilter> = {
  keywords: texts,
  excludeKeywords: texts,
  categories: separateTexts,
  excludeCategories: separateTexts,
  authorIds: separateTexts,
  organizationIds: separateTexts,
  near: separateTexts,
  minUpvotes: integer(0, MAX_COUNT, countRule),
  hasCode: yesOrNo,
  withdrawn: yesOrNo,
  featured: yesOrNo,
  featuredFrom: day,
  featuredTo: day,
  publishedFrom: day,
  publishedTo: day,
};

const fields = Object.keys(filterParameters) as (keyof PaperFilter)[];

/** The fields of a filter among others; null when there is none. */
export function filterOf(given: PaperFilter): PaperFilter | null {
  const own = fields.filter((name) => given[name] !== undefined && given[name] !== null);
  return own.length > 0 ? Object.fromEntries(own.map((name) => [name, given[name]])) : null;
}

/** A filter as the parameters that it is read from, in the same order for equal ones. */
export function filterQuery(filter: PaperFilter | null): [name: string, value: string][] {
  return fields.flatMap((name) =>
    [filter?.[name] ?? []].flat().map((value): [string, string] => [name, String(value)]),
  );
}
