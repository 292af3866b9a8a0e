import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

/** The points of a key in the current window. */
export interface Usage {
  granted: boolean;
  limit: number;
  used: number;
  resetAt: Date;
}

/** Counts the points of each key in a fixed window. */
export interface UsageCounter {
  /** Consumes points if enough are left. A refusal consumes none. */
  consume(key: string, points: number): Promise<Usage>;
}

/** Pause after Redis did not respond, so that not every request waits for it. */
const REST_MS = 5000;

/** Redis script: consumes points only if enough are left, and returns how many would be used with them. Nothing is given back. */
const CONSUME = `
local ttl = redis.call('pttl', KEYS[1])
local used = ARGV[1] + (redis.call('get', KEYS[1]) or 0)
if ttl < 0 then ttl = 1000 * ARGV[2] end
if used <= tonumber(ARGV[3]) then redis.call('set', KEYS[1], string.format('%d', used), 'PX', ttl) end
return {used, ttl}`;

/** Counts in Redis, or in this process while Redis is unavailable or not used. A limit of 0 means none: it returns null. */
export function createUsageCounter(
  name: string,
  limit: number,
  seconds: number,
  redis: Redis | null,
): UsageCounter | null {
  if (limit === 0) return null;
  const options = { keyPrefix: `daily-papers:${name}`, points: limit, duration: seconds };
  const memory = new RateLimiterMemory(options);
  const shared = redis && new RateLimiterRedis({ ...options, storeClient: redis, customIncrTtlLuaScript: CONSUME });
  let restUntil = Number.NEGATIVE_INFINITY;
  const consumeHere = (key: string, points: number) =>
    memory.consume(key, points).catch(async (refusal) => {
      // The library counts points before it refuses them, so they are given back, unless their window has ended.
      const { consumedPoints } = await memory.reward(key, points);
      if (consumedPoints < 0) await memory.delete(key);
      throw refusal;
    });
  const consume = async (key: string, points: number): Promise<RateLimiterRes> => {
    if (!shared || performance.now() < restUntil) return consumeHere(key, points);
    return shared.consume(key, points).catch((error) => {
      if (error instanceof RateLimiterRes) throw error;
      restUntil = performance.now() + REST_MS;
      return consumeHere(key, points);
    });
  };
  const read = (granted: boolean, used: number, msBeforeNext: number) => ({
    granted,
    limit,
    used,
    resetAt: new Date(Date.now() + msBeforeNext),
  });
  return {
    async consume(key, points) {
      try {
        const { consumedPoints, msBeforeNext } = await consume(key, points);
        return read(true, consumedPoints, msBeforeNext);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return read(false, refusal.consumedPoints - points, refusal.msBeforeNext);
      }
    },
  };
}

/** Whole seconds until the points are renewed, at least one. */
export function retryAfter({ resetAt }: Pick<Usage, "resetAt">): number {
  return Math.max(1, Math.ceil((resetAt.getTime() - Date.now()) / 1000));
}
