/** What a row of a list costs, in points; what is selected below it comes on top. */
const ROW_COST = 4;
const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** The cost of so many rows. */
export function rowsCost(rows: number, childComplexity: number): number {
  return rows * (ROW_COST + childComplexity);
}

/** The cost of a page of a list. A size out of bounds is refused when the list is read, with a better message. */
export function pageCost(args: { first?: number; last?: number }, childComplexity: number): number {
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
  return 1 + rowsCost(Math.min(Math.max(size, 0), MAX_PAGE_SIZE), childComplexity);
}
