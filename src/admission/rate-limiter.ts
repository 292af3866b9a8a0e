import type { Redis } from "ioredis";
import type { Limits } from "../config/limits";
import { networkOf } from "./client-network";
import { createUsageCounter } from "./usage-counter";

const WINDOW_SECONDS = 60;

/** A caller: a user, or the address of a client without an account. Each has points of its own. */
export type Caller = { user: number } | { address: string };

/** A caller's unique key: for an address, that of its network. */
export function callerKey(caller: Caller): string {
  return "user" in caller ? `user ${caller.user}` : `network ${networkOf(caller.address)}`;
}

/** A caller's points in the current minute. */
export interface Allowance {
  /** Points a minute; 0 when there is no limit. */
  limit: number;
  used: number;
  remaining: number;
  resetAt: Date;
}

export interface RateLimiter {
  /** Consumes points if enough are left, as `granted` says. A refusal consumes none. */
  consume(caller: Caller, points: number): Promise<Allowance & { granted: boolean }>;
}

export function createRateLimiter(limits: Limits, redis: Redis | null): RateLimiter {
  const users = createUsageCounter("user", limits.RATE_LIMIT_USER, WINDOW_SECONDS, redis);
  const addresses = createUsageCounter("address", limits.RATE_LIMIT_ANONYMOUS, WINDOW_SECONDS, redis);
  return {
    async consume(caller, points) {
      const [counter, key] = "user" in caller ? [users, String(caller.user)] : [addresses, networkOf(caller.address)];
      if (!counter) return { limit: 0, used: 0, remaining: 0, resetAt: new Date(), granted: true };
      const { granted, limit, used, resetAt } = await counter.consume(key, points);
      return { granted, limit, used, remaining: Math.max(0, limit - used), resetAt };
    },
  };
}
