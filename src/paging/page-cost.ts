import type { ComplexityEstimator } from "graphql-query-complexity";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "./page-size";

/** The cost of a row of a list, in points, without the fields that are selected below it. */
const ROW_COST = 1;

/** The cost of a number of rows, in points. */
export function rowsCost(rows: number, childComplexity: number): number {
  return rows * (ROW_COST + childComplexity);
}

export interface ListArgs {
  filter?: object | null;
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** The cost of a page, in points. A size out of bounds is refused when the list is read, with a better message. */
function pageCost(args: ListArgs, childComplexity: number): number {
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
  return 1 + rowsCost(Math.min(Math.max(size, 0), MAX_PAGE_SIZE), childComplexity);
}

/** What a query may ask of a list besides its rows; see the fields with these names. */
export const ASKS = { size: "size", previous: "previous", next: "next" } as const;

type Args = Record<string, unknown>;

/** The costs of a list besides its rows, in points, by its arguments and those of the fields above it, nearest first. */
interface ListCosts<Own> {
  /** Of starting to read: the page, or for a flag the other side of its cursor. */
  read: (args: Own, above: readonly Args[]) => number;
  /** Of counting. */
  count: (args: Own, above: readonly Args[]) => number;
}

/** The cost of a connection: its page, its `totalCount`, and a flag that has to read the other side of the cursor. */
export function listCost<Own extends ListArgs>({ read, count }: ListCosts<Own>): ComplexityEstimator {
  return ({ args: given, childComplexity, context }) => {
    const args = given as Own;
    const asked: ReadonlySet<string> = context?.asked ?? new Set();
    const above: readonly Args[] = context?.above ?? [];
    const { after, before } = args;
    const looksBehind = (before && asked.has(ASKS.next)) || (after && asked.has(ASKS.previous));
    return (
      pageCost(args, childComplexity) +
      read(args, above) * (looksBehind ? 2 : 1) +
      (asked.has(ASKS.size) ? count(args, above) : 0)
    );
  };
}
