import type { ComplexityEstimator } from "graphql-query-complexity";

/** What a row of a list costs, in points; what is selected below it comes on top. */
const ROW_COST = 4;
const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

/** The cost of so many rows. */
export function rowsCost(rows: number, childComplexity: number): number {
  return rows * (ROW_COST + childComplexity);
}

interface ListArgs {
  filter?: unknown;
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** The cost of a page of a list. A size out of bounds is refused when the list is read, with a better message. */
function pageCost(args: ListArgs, childComplexity: number): number {
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
  return 1 + rowsCost(Math.min(Math.max(size, 0), MAX_PAGE_SIZE), childComplexity);
}

/** What a list may be asked beside its rows; see the fields that ask it. */
export const ASKS = { size: "size", previous: "previous", next: "next" } as const;

type Args = Record<string, unknown>;

/** What a list costs beside the rows of its page, in points; by its arguments and those of the fields above it, nearest first. */
interface ListPrices {
  /** To begin to read, be it for the page or for a look at the other side of it. */
  read: (args: ListArgs, above: readonly Args[]) => number;
  /** To be counted. */
  count: (args: ListArgs, above: readonly Args[]) => number;
}

/** The cost of a connection: of its page, of its `totalCount`, and of a flag that has to look behind where it begins. */
export function listCost({ read, count }: ListPrices): ComplexityEstimator {
  return ({ args, childComplexity, context }) => {
    const asked: ReadonlySet<string> = context?.asked ?? new Set();
    const above: readonly Args[] = context?.above ?? [];
    const { after, before }: ListArgs = args;
    const looksBehind = (before && asked.has(ASKS.next)) || (after && asked.has(ASKS.previous));
    return (
      pageCost(args, childComplexity) +
      read(args, above) * (looksBehind ? 2 : 1) +
      (asked.has(ASKS.size) ? count(args, above) : 0)
    );
  };
}
