import { FeedPeriod } from "./period";

/** The span of the feed that a selection is below; the longest where only the data tells. */
export function periodOf(above: readonly Record<string, unknown>[]): FeedPeriod {
  const { period } = above.find((args) => args.period !== undefined) ?? {};
  return Object.values(FeedPeriod).find((each) => each === period) ?? FeedPeriod.MONTH;
}
