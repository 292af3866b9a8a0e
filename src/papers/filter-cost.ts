import { isObject } from "../graphql/json";

/**
 * Points for comparing all papers with those of `near`; for having any words, and for each; for having any categories, and any excluded ones; and for each other field but
 * ids; by what the filter is applied to.
 */
const costs = {
  /** The database reads until it has found enough papers, which may be all of them where no index finds what is asked for. */
  list: { near: 1000, any: 0, keyword: 50, excluded: 200, categories: 50, excludedCategories: 600, other: 200 },
  /** All papers that match are found, to count them. */
  count: { near: 1000, any: 800, keyword: 50, excluded: 100, categories: 800, excludedCategories: 800, other: 300 },
  /** Each paper of the feed is checked: some 30 of a day, 200 of a week, 1,000 of a month. */
  DAY: { near: 1000, any: 20, keyword: 5, excluded: 5, categories: 10, excludedCategories: 10, other: 10 },
  WEEK: { near: 1000, any: 200, keyword: 15, excluded: 15, categories: 30, excludedCategories: 30, other: 10 },
  MONTH: { near: 1000, any: 1800, keyword: 50, excluded: 50, categories: 150, excludedCategories: 150, other: 10 },
  /** Each paper that is ranked or passed on the way is checked. */
  search: { near: 1000, any: 2000, keyword: 25, excluded: 25, categories: 150, excludedCategories: 150, other: 10 },
};
const ID_COST = 2;

/** The cost of a filter in points, by the number and kind of its words and by its ids. */
export function filterCost(filter: unknown, appliedTo: keyof typeof costs): number {
  if (!isObject(filter)) return 0;
  const { keywords, excludeKeywords, categories, excludeCategories, authorIds, organizationIds, near, ...others } =
    filter;
  const cost = costs[appliedTo];
  const [wanted, unwanted] = [lengthOf(keywords), lengthOf(excludeKeywords)];
  const words = (wanted + unwanted > 0 ? cost.any : 0) + wanted * cost.keyword + unwanted * cost.excluded;
  const set = Object.values(others).filter((each) => each !== null && each !== undefined).length;
  const inCategories =
    (lengthOf(categories) > 0 ? cost.categories : 0) + (lengthOf(excludeCategories) > 0 ? cost.excludedCategories : 0);
  const ids = lengthOf(authorIds) + lengthOf(organizationIds) + lengthOf(near);
  return words + inCategories + (lengthOf(near) > 0 ? cost.near : 0) + ids * ID_COST + set * cost.other;
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
