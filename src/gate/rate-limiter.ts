import type { Redis } from "ioredis";
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Limits } from "../limits";

const WINDOW_SECONDS = 60;

/** Whose points are spent: a user's, or those of an address without an account. */
export type Spender = { user: number } | { address: string };

/** Where a spender stands in the current minute. */
export interface Allowance {
  /** Points a minute; 0 when there is no limit. */
  limit: number;
  used: number;
  remaining: number;
  resetAt: Date;
}

export interface RateLimiter {
  /** Spends points if they are there; `granted` tells. What is refused costs nothing. */
  spend(spender: Spender, points: number): Promise<Allowance & { granted: boolean }>;
}

/** Counts in this process, or in Redis for all processes; without Redis for as long as it is away. */
export function createRateLimiter(limits: Limits, redis: Redis | null): RateLimiter {
  const users = limiter("user", limits.RATE_LIMIT_USER, redis);
  const addresses = limiter("address", limits.RATE_LIMIT_ANONYMOUS, redis);
  return {
    async spend(spender, points) {
      const [counter, key] =
        "user" in spender ? [users, String(spender.user)] : [addresses, networkOf(spender.address)];
      if (!counter) return { limit: 0, used: 0, remaining: 0, resetAt: new Date(), granted: true };
      try {
        return { ...allowance(counter, await counter.consume(key, points)), granted: true };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // The points were counted before they were found to be too many.
        const { msBeforeNext } = refusal;
        const { consumedPoints } = await counter.reward(key, points);
        return { ...allowance(counter, { msBeforeNext, consumedPoints }), granted: false };
      }
    },
  };
}

function limiter(name: string, points: number, redis: Redis | null): RateLimiterAbstract | null {
  if (points === 0) return null;
  const options = { keyPrefix: `daily-papers:${name}`, points, duration: WINDOW_SECONDS };
  const memory = new RateLimiterMemory(options);
  return redis ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory }) : memory;
}

function allowance({ points }: RateLimiterAbstract, counted: Pick<RateLimiterRes, "consumedPoints" | "msBeforeNext">) {
  return {
    limit: points,
    used: counted.consumedPoints,
    remaining: Math.max(0, points - counted.consumedPoints),
    resetAt: new Date(Date.now() + counted.msBeforeNext),
  };
}

/** One household or machine holds a whole /64 of IPv6 addresses (RFC 6177), so they count as one. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address.replace("::ffff:", "");
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const missing = 8 - groups.length - tail.split(":").filter(Boolean).length;
  const full = address.includes("::") ? [...groups, ...Array(missing).fill("0"), ...tail.split(":")] : groups;
  return full.slice(0, 4).join(":");
}
