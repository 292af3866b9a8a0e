import { isIP } from "node:net";
import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

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

/** Takes points only where they are there, and tells how many would be used with them: nothing has to be given back. */
const SPEND = `
local ttl = redis.call('pttl', KEYS[1])
local used = ARGV[1] + (redis.call('get', KEYS[1]) or 0)
if ttl < 0 then ttl = 1000 * ARGV[2] end
if used <= tonumber(ARGV[3]) then redis.call('set', KEYS[1], string.format('%d', used), 'PX', ttl) end
return {used, ttl}`;

/** In this process, or in Redis for all processes; without Redis for as long as it is away or does not answer. */
export function createCounter(name: string, limit: number, seconds: number, redis: Redis | null): Counter | null {
  if (limit === 0) return null;
  const options = { keyPrefix: `daily-papers:${name}`, points: limit, duration: seconds };
  const memory = new RateLimiterMemory(options);
  const shared = redis && new RateLimiterRedis({ ...options, storeClient: redis, customIncrTtlLuaScript: SPEND });
  let restUntil = Number.NEGATIVE_INFINITY;
  const spendHere = (key: string, points: number) =>
    memory.consume(key, points).catch(async (refusal) => {
      // They were counted before they were found to be too many. Of a window that is over there is nothing to give back.
      const { consumedPoints } = await memory.reward(key, points);
      if (consumedPoints < 0) await memory.delete(key);
      throw refusal;
    });
  const spend = async (key: string, points: number): Promise<RateLimiterRes> => {
    if (!shared || performance.now() < restUntil) return spendHere(key, points);
    return shared.consume(key, points).catch((error) => {
      if (error instanceof RateLimiterRes) throw error;
      restUntil = performance.now() + REST_MS;
      return spendHere(key, points);
    });
  };
  const read = (granted: boolean, used: number, msBeforeNext: number) => ({
    granted,
    limit,
    used,
    resetAt: new Date(Date.now() + msBeforeNext),
  });
  return {
    async spend(key, points) {
      try {
        const { consumedPoints, msBeforeNext } = await spend(key, points);
        return read(true, consumedPoints, msBeforeNext);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return read(false, refusal.consumedPoints - points, refusal.msBeforeNext);
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
