import { setTimeout as sleep } from "node:timers/promises";
import { createUsageCounter } from "../../src/admission/usage-counter";
import { createTestRedis, describeWithRedis, redisNotice, type TestRedis } from "../support/redis";

const NAME = "test";
const LIMIT = 10;

describe("a counter in memory", () => {
  test("takes what is there, refuses what is not, and takes nothing for that", async () => {
    const counter = createUsageCounter(NAME, LIMIT, 60, null)!;
    expect(await counter.consume("a", 6)).toMatchObject({ granted: true, used: 6 });
    expect(await counter.consume("a", 5)).toMatchObject({ granted: false, used: 6 });
    expect(await counter.consume("a", 4)).toMatchObject({ granted: true, used: 10 });
    expect(await counter.consume("b", 11)).toMatchObject({ granted: false, used: 0 });
  });

  test("gives nobody more than a window has, although refusals end one and begin the next", async () => {
    const counter = createUsageCounter(NAME, LIMIT, 0.02, null)!;
    for (const start = performance.now(); performance.now() < start + 100; ) {
      const { used } = await counter.consume("a", 11);
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
    const [one, other] = [0, 1].map(() => createUsageCounter(NAME, LIMIT, 60, client)!);
    expect(await one!.consume("a", 6)).toMatchObject({ granted: true, used: 6 });
    expect(await other!.consume("a", 5)).toMatchObject({ granted: false, used: 6 });
    expect(await other!.consume("a", 4)).toMatchObject({ granted: true, used: 10 });
    const { resetAt, ...refused } = await one!.consume("b", 11);
    expect(refused).toEqual({ granted: false, limit: LIMIT, used: 0 });
    expect(resetAt.getTime() - Date.now()).toBeGreaterThan(59_000);
    expect(await client.get(`daily-papers:${NAME}:b`)).toBeNull();
    expect(await client.pttl(`daily-papers:${NAME}:a`)).toBeGreaterThan(50_000);
  });

  test("has nothing left of a refusal when the window has ended, or when Redis went away meanwhile", async () => {
    const client = await redis.client({ commandTimeout: 500 });
    const counter = createUsageCounter(NAME, LIMIT, 1, client)!;
    for (const start = performance.now(); performance.now() < start + 1100; ) {
      expect((await counter.consume("c", 11)).used).toBe(0);
    }
    expect(await counter.consume("c", 3)).toMatchObject({ granted: true, used: 3 });
    const lasting = createUsageCounter(NAME, LIMIT, 60, client)!;
    expect(await lasting.consume("d", 3)).toMatchObject({ granted: true, used: 3 });
    const refused = Array.from({ length: 50 }, () => lasting.consume("d", 8));
    await redis.stop();
    const answers = [...(await Promise.all(refused)), await lasting.consume("d", 8)];
    const last = await lasting.consume("d", 3);
    await redis.start();
    // In memory, one: the last, or one that Redis did not come to answer.
    expect(answers.filter(({ granted }) => granted)).toMatchObject([{ used: 8 }]);
    expect(last).toMatchObject({ granted: false, used: 8 });
  });
});
