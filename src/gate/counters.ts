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

/** In this process, or in Redis for all processes; without Redis for as long as it is away. */
export function createCounter(name: string, limit: number, seconds: number, redis: Redis | null): Counter | null {
  if (limit === 0) return null;
  const options = { keyPrefix: `daily-papers:${name}`, points: limit, duration: seconds };
  const memory = new RateLimiterMemory(options);
  const limiter: RateLimiterAbstract = redis
    ? new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory })
    : memory;
  const read = ({ consumedPoints, msBeforeNext }: Pick<RateLimiterRes, "consumedPoints" | "msBeforeNext">) => ({
    limit,
    used: consumedPoints,
    resetAt: new Date(Date.now() + msBeforeNext),
  });
  return {
    async spend(key, points) {
      try {
        return { ...read(await limiter.consume(key, points)), granted: true };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // The points were counted before they were found to be too many.
        const { consumedPoints } = await limiter.reward(key, points);
        return { ...read({ consumedPoints, msBeforeNext: refusal.msBeforeNext }), granted: false };
      }
    },
  };
}

/** One household or machine holds a whole /64 of IPv6 addresses (RFC 6177), so they count as one. */
export function networkOf(address: string): string {
  if (!address.includes(":") || address.startsWith("::ffff:")) return address.replace("::ffff:", "");
  const [head = "", tail = ""] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const missing = 8 - groups.length - tail.split(":").filter(Boolean).length;
  const full = address.includes("::") ? [...groups, ...Array(missing).fill("0"), ...tail.split(":")] : groups;
  return full.slice(0, 4).join(":");
}

/** Whole seconds until points are there again, at least one. */
export function retryAfter({ resetAt }: Pick<Counted, "resetAt">): number {
  return Math.max(1, Math.ceil((resetAt.getTime() - Date.now()) / 1000));
}
