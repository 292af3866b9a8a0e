import { ErrorsAreMissesCache, type KeyValueCache } from "@apollo/utils.keyvaluecache";
import type { Redis } from "ioredis";

const PREFIX = "daily-papers:";
const TTL_SECONDS = 86_400;

/**
 * Persisted queries in Redis, so that one that was sent to one process is known to all. While Redis is away none is
 * known: the client then sends its query again, as it does for a hash that is new.
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
