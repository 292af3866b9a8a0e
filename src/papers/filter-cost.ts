import { isObject } from "../graphql/json";

/** Points for having any words, and for each; and for having any categories; by what the filter is applied to. */
const costs = {
  /** The database reads until it has found enough papers. */
  list: { any: 0, keyword: 50, excluded: 200, categories: 50 },
  /** All papers with the words, or of the categories, are found, to count them. */
  count: { any: 800, keyword: 50, excluded: 100, categories: 800 },
  /** Each paper of the feed is checked: some 30 of a day, 200 of a week, 1,000 of a month. */
  DAY: { any: 20, keyword: 5, excluded: 5, categories: 10 },
  WEEK: { any: 200, keyword: 15, excluded: 15, categories: 30 },
  MONTH: { any: 1800, keyword: 50, excluded: 50, categories: 150 },
  /** Each paper that is ranked or passed on the way is checked. */
  search: { any: 2000, keyword: 25, excluded: 25, categories: 150 },
};
const ID_COST = 2;
const OTHER_COST = 10;

/** The cost of a filter in points, by the number and kind of its words and by its ids. */
export function filterCost(filter: unknown, appliedTo: keyof typeof costs): number {
  if (!isObject(filter)) return 0;
  const { keywords, excludeKeywords, categories, excludeCategories, authorIds, organizationIds, ...others } = filter;
  const { any, keyword, excluded, categories: ofCategories } = costs[appliedTo];
  const [wanted, unwanted] = [lengthOf(keywords), lengthOf(excludeKeywords)];
  const words = (wanted + unwanted > 0 ? any : 0) + wanted * keyword + unwanted * excluded;
  const set = Object.values(others).filter((each) => each !== null && each !== undefined).length;
  const inCategories = lengthOf(categories) + lengthOf(excludeCategories) > 0 ? ofCategories : 0;
  return words + inCategories + (lengthOf(authorIds) + lengthOf(organizationIds)) * ID_COST + set * OTHER_COST;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
