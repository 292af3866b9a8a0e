import type { Limits } from "../config/limits";
import { rateLimited, serviceUnavailable } from "../graphql/errors";

const RETRY_AFTER_SECONDS = 5;

export type FilterLimits = Pick<Limits, "MAX_FILTERS" | "MAX_FILTERS_PER_CALLER">;

/**
 * The filters of live subscriptions by caller. Each different filter costs work for every featured paper, so a caller may
 * hold only a share of the maximum; a filter that several listeners of a caller hold counts once.
 */
export class FilterShares {
  /** The number of listeners that hold each filter, by caller. */
  private readonly held = new Map<string, Map<string, number>>();
  /** The number of callers that hold each filter. */
  private readonly callerCounts = new Map<string, number>();

  constructor(private readonly limits: FilterLimits) {}

  /** Holds a filter for a caller until the returned function is called, once. RATE_LIMITED or SERVICE_UNAVAILABLE when full. */
  hold(caller: string, filter: string): () => void {
    const own = this.held.get(caller) ?? new Map<string, number>();
    if (!own.has(filter)) this.checkRoom(own, filter);
    this.held.set(caller, own);
    if (!own.has(filter)) add(this.callerCounts, filter, 1);
    add(own, filter, 1);
    return () => {
      if (add(own, filter, -1) > 0) return;
      add(this.callerCounts, filter, -1);
      if (own.size === 0) this.held.delete(caller);
    };
  }

  private checkRoom(own: Map<string, number>, filter: string): void {
    const { MAX_FILTERS: all, MAX_FILTERS_PER_CALLER: each } = this.limits;
    if (own.size >= each) {
      const message = `One user or network address may subscribe with at most ${each} different filters; end a subscription first.`;
      throw rateLimited(message, RETRY_AFTER_SECONDS, { limit: each });
    }
    if (!this.callerCounts.has(filter) && this.callerCounts.size >= all) {
      throw serviceUnavailable(`This server already has subscriptions with ${all} different filters; try again later.`);
    }
  }
}

/** Counts; entries at zero are deleted. */
function add(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count;
}
