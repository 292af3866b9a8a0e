import type { Redis } from "ioredis";
import type { Limits } from "../limits";
import { createCounter, networkOf } from "./counters";

const WINDOW_SECONDS = 60;

/** Whose points are spent: a user's, or those of an address without an account. */
export type Spender = { user: number } | { address: string };

/** What names a spender among all others: of an address, its network. */
export function keyOf(spender: Spender): string {
  return "user" in spender ? `user ${spender.user}` : `network ${networkOf(spender.address)}`;
}

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

export function createRateLimiter(limits: Limits, redis: Redis | null): RateLimiter {
  const users = createCounter("user", limits.RATE_LIMIT_USER, WINDOW_SECONDS, redis);
  const addresses = createCounter("address", limits.RATE_LIMIT_ANONYMOUS, WINDOW_SECONDS, redis);
  return {
    async spend(spender, points) {
      const [counter, key] =
        "user" in spender ? [users, String(spender.user)] : [addresses, networkOf(spender.address)];
      if (!counter) return { limit: 0, used: 0, remaining: 0, resetAt: new Date(), granted: true };
      const { granted, limit, used, resetAt } = await counter.spend(key, points);
      return { granted, limit, used, remaining: Math.max(0, limit - used), resetAt };
    },
  };
}
