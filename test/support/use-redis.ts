import { startApi, type TestApi } from "./api";
import { createTestRedis, type TestRedis } from "./redis";
import { useDatabase } from "./use-api";

/** Two APIs on one database and one Redis, as two processes. */
export function useApisOnRedis(options: Parameters<typeof startApi>[1] = {}) {
  const t = useDatabase();
  let redis: TestRedis;
  let apis: [TestApi, TestApi];
  beforeAll(async () => {
    redis = t.use(await createTestRedis());
    const start = async () =>
      t.use(await startApi(t.db, { ...options, redis: await redis.client({ commandTimeout: 500 }) }));
    apis = [await start(), await start()];
  });
  return {
    get redis() {
      return redis;
    },
    get apis() {
      return apis;
    },
  };
}
