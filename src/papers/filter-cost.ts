import { isObject } from "../graphql/json";

/** Points for having any words, and for each, by what the filter is applied to. */
const costs = {
  /** The database reads until it has found enough papers. */
  list: { any: 0, keyword: 50, excluded: 200 },
  /** All papers with the words are found, to count them. */
  count: { any: 800, keyword: 50, excluded: 100 },
  /** Each paper of the feed is checked: some 30 of a day, 200 of a week, 1,000 of a month. */
  DAY: { any: 20, keyword: 5, excluded: 5 },
  WEEK: { any: 200, keyword: 15, excluded: 15 },
  MONTH: { any: 1800, keyword: 50, excluded: 50 },
  /** Each paper that is ranked or passed on the way is checked. */
  search: { any: 2000, keyword: 25, excluded: 25 },
};
const ID_COST = 2;
const OTHER_COST = 10;

/** The cost of a filter in points, by the number and kind of its words and by its ids. */
export function filterCost(filter: unknown, appliedTo: keyof typeof costs): number {
  if (!isObject(filter)) return 0;
  const { keywords, excludeKeywords, authorIds, organizationIds, ...others } = filter;
  const { any, keyword, excluded } = costs[appliedTo];
  const [wanted, unwanted] = [lengthOf(keywords), lengthOf(excludeKeywords)];
  const words = (wanted + unwanted > 0 ? any : 0) + wanted * keyword + unwanted * excluded;
  const set = Object.values(others).filter((each) => each !== null && each !== undefined).length;
  return words + (lengthOf(authorIds) + lengthOf(organizationIds)) * ID_COST + set * OTHER_COST;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
