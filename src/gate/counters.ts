import { isIP } from "node:net";
import type { Redis } from "ioredis";
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

export interface Counted {
  granted: boolean;
  limit: number;
  used: number;
  resetAt: Date;
}

/** Counts points of each key in a window of time; null for a limit of 0, which is none. */
export interface Counter {
  /** Spends points if they are there. What is refused costs nothing. */
  spend(key: string, points: number): Promise<Counted>;
}

/** After Redis did not answer, it is left alone for so long: nobody waits for it at each request. */
const REST_MS = 5000;

/** In this process, or in Redis for all processes; without Redis for as long as it is away or does not answer. */
export function createCounter(name: string, limit: number, seconds: number, redis: Redis | null): Counter | null {
  if (limit === 0) return null;
  const options = { keyPrefix: `daily-papers:${name}`, points: limit, duration: seconds };
  const memory = new RateLimiterMemory(options);
  const shared = redis && new RateLimiterRedis({ ...options, storeClient: redis });
  let restUntil = Number.NEGATIVE_INFINITY;
  const inEither = async (count: (limiter: RateLimiterAbstract) => Promise<RateLimiterRes>) => {
    if (!shared || performance.now() < restUntil) return count(memory);
    return count(shared).catch((error) => {
      if (error instanceof RateLimiterRes) throw error;
      restUntil = performance.now() + REST_MS;
      return count(memory);
    });
  };
  const read = (granted: boolean, consumedPoints: number, msBeforeNext: number) => ({
    granted,
    limit,
    used: consumedPoints,
    resetAt: new Date(Date.now() + msBeforeNext),
  });
  return {
    async spend(key, points) {
      try {
        const { consumedPoints, msBeforeNext } = await inEither((limiter) => limiter.consume(key, points));
        return read(true, consumedPoints, msBeforeNext);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // The points were counted before they were found to be too many.
        const { consumedPoints } = await inEither((limiter) => limiter.reward(key, points));
        return read(false, consumedPoints, refusal.msBeforeNext);
      }
    },
  };
}

/**
 * What an address counts as. One household or machine holds a whole /64 of IPv6 addresses (RFC 6177), so they are one; a
 * port that a proxy appends is left out, and all that is no address is one too.
 */
export function networkOf(text: string): string {
  const address = text
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^([\d.]+):\d+$/, "$1");
  const version = isIP(address);
  if (version === 4) return address;
  return version === 6 ? prefixOf(address) : "unknown";
}

/** The first four groups of an IPv6 address (RFC 4291, 2.2). */
function prefixOf(address: string): string {
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const last = tail.split(":").filter(Boolean);
  const missing = address.includes("::") ? Math.max(0, 8 - groups.length - last.length) : 0;
  return [...groups, ...Array<string>(missing).fill("0"), ...last]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}

/** Whole seconds until points are there again, at least one. */
export function retryAfter({ resetAt }: Pick<Counted, "resetAt">): number {
  return Math.max(1, Math.ceil((resetAt.getTime() - Date.now()) / 1000));
}
