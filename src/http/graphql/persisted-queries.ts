import { ErrorsAreMissesCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import { secondsInDay } from "date-fns/constants";
import type { Redis } from "ioredis";

const PREFIX = "daily-papers:";
const TTL_SECONDS = secondsInDay;

/**
 * Persisted queries in Redis, so that a query sent to one process is known to all. While Redis is unavailable none is known:
 * clients then send the query again, as they do for a new hash.
 */
export function createPersistedQueries(redis: Redis): KeyValueCache<string> {
  return new ErrorsAreMissesCache({
    get: async (key) => (await redis.get(PREFIX + key)) ?? undefined,
    set: async (key, value) => {
      await redis.set(PREFIX + key, value, "EX", TTL_SECONDS).catch(() => {});
    },
    delete: async (key) => (await redis.del(PREFIX + key)) > 0,
  });
}
