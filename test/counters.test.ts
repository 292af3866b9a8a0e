import { setTimeout as sleep } from "node:timers/promises";
import { createCounter } from "../src/gate/counters";
import { createTestRedis, describeWithRedis, redisNotice, type TestRedis } from "./support/redis";

const NAME = "test";
const LIMIT = 10;

describe("a counter in memory", () => {
  test("takes what is there, refuses what is not, and takes nothing for that", async () => {
    const counter = createCounter(NAME, LIMIT, 60, null)!;
    expect(await counter.spend("a", 6)).toMatchObject({ granted: true, used: 6 });
    expect(await counter.spend("a", 5)).toMatchObject({ granted: false, used: 6 });
    expect(await counter.spend("a", 4)).toMatchObject({ granted: true, used: 10 });
    expect(await counter.spend("b", 11)).toMatchObject({ granted: false, used: 0 });
  });

  test("gives nobody more than a window has, although refusals end one and begin the next", async () => {
    const counter = createCounter(NAME, LIMIT, 0.02, null)!;
    for (const start = performance.now(); performance.now() < start + 100; ) {
      const { used } = await counter.spend("a", 11);
      expect(used).toBeGreaterThanOrEqual(0);
      if (performance.now() % 10 < 1) await sleep(1);
    }
  });
});

describeWithRedis(`a counter in Redis${redisNotice}`, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await createTestRedis();
  });
  afterAll(() => redis.close());

  test("takes what is there for all processes, and nothing for what it refuses", async () => {
    const client = await redis.client();
    const [one, other] = [0, 1].map(() => createCounter(NAME, LIMIT, 60, client)!);
    expect(await one!.spend("a", 6)).toMatchObject({ granted: true, used: 6 });
    expect(await other!.spend("a", 5)).toMatchObject({ granted: false, used: 6 });
    expect(await other!.spend("a", 4)).toMatchObject({ granted: true, used: 10 });
    const { resetAt, ...refused } = await one!.spend("b", 11);
    expect(refused).toEqual({ granted: false, limit: LIMIT, used: 0 });
    expect(resetAt.getTime() - Date.now()).toBeGreaterThan(59_000);
    expect(await client.get(`daily-papers:${NAME}:b`)).toBeNull();
    expect(await client.pttl(`daily-papers:${NAME}:a`)).toBeGreaterThan(50_000);
  });

  test("has nothing left of a refusal when the window has ended, or when Redis went away meanwhile", async () => {
    const client = await redis.client({ commandTimeout: 500 });
    const counter = createCounter(NAME, LIMIT, 1, client)!;
    for (const start = performance.now(); performance.now() < start + 1100; ) {
      expect((await counter.spend("c", 11)).used).toBe(0);
    }
    expect(await counter.spend("c", 3)).toMatchObject({ granted: true, used: 3 });
    const refused = Array.from({ length: 50 }, () => counter.spend("c", 8));
    await redis.stop();
    await Promise.all(refused);
    expect(await counter.spend("c", 8)).toMatchObject({ granted: true, used: 8 });
    expect(await counter.spend("c", 3)).toMatchObject({ granted: false, used: 8 });
    await redis.start();
  });
});
