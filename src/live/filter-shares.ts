import { rateLimited, serviceUnavailable } from "../errors";
import type { Limits } from "../limits";

const RETRY_AFTER_SECONDS = 5;

export type FilterLimits = Pick<Limits, "MAX_FILTERS" | "MAX_FILTERS_PER_CALLER">;

/**
 * Who holds which filters of live subscriptions. Each different one is work at every paper that is featured, so nobody may
 * hold more than a share of those that there can be; one that several listeners of a caller hold counts once.
 */
export class FilterShares {
  /** By caller and filter, how many listeners hold it. */
  private readonly held = new Map<string, Map<string, number>>();
  /** By filter, how many callers hold it. */
  private readonly callers = new Map<string, number>();

  constructor(private readonly limits: FilterLimits) {}

  /** Holds a filter for a caller until what it gives is called, once; throws when there is no room for it. */
  hold(caller: string, filter: string): () => void {
    const own = this.held.get(caller) ?? new Map<string, number>();
    if (!own.has(filter)) this.checkRoom(own, filter);
    this.held.set(caller, own);
    if (!own.has(filter)) add(this.callers, filter, 1);
    add(own, filter, 1);
    return () => {
      if (add(own, filter, -1) > 0) return;
      add(this.callers, filter, -1);
      if (own.size === 0) this.held.delete(caller);
    };
  }

  private checkRoom(own: Map<string, number>, filter: string): void {
    const { MAX_FILTERS: all, MAX_FILTERS_PER_CALLER: each } = this.limits;
    if (own.size >= each) {
      const message = `At most ${each} different filters may be listened with by one user or network address; end a subscription first.`;
      throw rateLimited(message, RETRY_AFTER_SECONDS, { limit: each });
    }
    if (!this.callers.has(filter) && this.callers.size >= all) {
      throw serviceUnavailable(`This server already listens for ${all} different filters; try again later.`);
    }
  }
}

/** Counts, and forgets what is at zero. */
function add(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
  return count;
}
