import { sql } from "../../src/db/sql";
import { SourceFailure } from "../../src/sources/source-failure";
import { runDueTask } from "../../src/sources/source-loop";
import { addTasks, LEASE_MS, leaseDue } from "../../src/tasks/task-queue";
import { useDatabase } from "../support/use-api";
import { openSources, runUntilIdle, sourceOf, TestClock, workerOf } from "./use-sources";

const NOON = Date.parse("2026-05-04T12:00:00Z");
const HOUR = 3_600_000;
const day = { source: "huggingface", kind: "day" } as const;

describe("the loop over sources", () => {
  const t = useDatabase();
  let clock: TestClock;

  const add = (...days: string[]) =>
    addTasks(t.db, day, sql`select d as key, d::date as day from unnest(${days}::text[]) d`, new Date(clock.time));
  const rows = () => t.db.run<Record<string, unknown>>("select * from source_tasks where kind = 'day' order by key");
  const budget = async () => (await t.db.run<Record<string, unknown>>("select * from source_budgets"))[0]!;

  beforeEach(async () => {
    clock = new TestClock(NOON);
    await t.db.run("delete from source_tasks; delete from source_budgets");
  });

  test("reads what is due, the newest first, and again when it says so", async () => {
    const read: string[] = [];
    const source = sourceOf(async ([task], { now }) => {
      read.push(task!.key);
      const dueAt = task!.successes === 0 ? new Date(now.getTime() + HOUR) : null;
      return { finished: [{ key: task!.key, dueAt, readAt: now, seen: "a" }], papers: 3 };
    });
    const worker = workerOf(t.db, [source], clock);
    await openSources(worker);
    await add("2026-05-01", "2026-05-03", "2026-05-02");
    expect(await runUntilIdle(worker)).toEqual(new Date(NOON + HOUR));
    expect(read).toEqual(["2026-05-03", "2026-05-02", "2026-05-01"]);
    clock.time += HOUR;
    expect(await runUntilIdle(worker)).toBeNull();
    expect(read).toHaveLength(6);
    expect(await rows()).toEqual(
      Array(3).fill(expect.objectContaining({ successes: 2, seen: "a", owner: null, held_until: null, attempts: 0 })),
    );
    expect(await budget()).toMatchObject({
      papers_read: "18",
      last_error: null,
      last_success_at: new Date(clock.time),
    });
  });

  test("lets each of many workers read a task of its own", async () => {
    const read: string[] = [];
    const source = sourceOf(async ([task], { now }) => {
      read.push(task!.key);
      return { finished: [{ key: task!.key, dueAt: null, readAt: now }] };
    });
    const workers = Array.from({ length: 4 }, () => workerOf(t.db, [source], clock));
    await Promise.all(workers.map(openSources));
    await add(...Array.from({ length: 20 }, (_, i) => `2026-04-${i + 10}`));
    await Promise.all(workers.map(runUntilIdle));
    expect(new Set(read).size).toBe(20);
    expect(read).toHaveLength(20);
  });

  test("reads again what was made due while it was read", async () => {
    const soon = new Date(NOON + 1);
    let reads = 0;
    const source = sourceOf(async ([task], { now }) => {
      reads++;
      if (reads === 1) await t.db.run("update source_tasks set due_at = $1 where kind = 'day'", [soon]);
      return { finished: [{ key: task!.key, dueAt: null, readAt: now }] };
    });
    const worker = workerOf(t.db, [source], clock);
    await openSources(worker);
    await add("2026-05-01");
    expect(await runUntilIdle(worker)).toEqual(soon);
    expect(await rows()).toMatchObject([{ due_at: soon, owner: null, successes: 1 }]);
    clock.time = soon.getTime();
    expect(await runUntilIdle(worker)).toBeNull();
    expect(reads).toBe(2);
  });

  test("takes over from a lost worker when its lease has ended, not before", async () => {
    const read: string[] = [];
    const source = sourceOf(async ([task], { now }) => {
      read.push(task!.key);
      return { finished: [{ key: task!.key, dueAt: null, readAt: now }] };
    });
    const worker = workerOf(t.db, [source], clock);
    await openSources(worker);
    await add("2026-05-01");
    await leaseDue(t.db, day, { lane: "first", most: 1, owner: "lost", now: new Date(clock.time) });
    expect(await runUntilIdle(worker)).toEqual(new Date(NOON + LEASE_MS));
    expect(read).toEqual([]);
    clock.time += LEASE_MS;
    expect(await runUntilIdle(worker)).toBeNull();
    expect(read).toEqual(["2026-05-01"]);
  });

  test("holds back what failed, for longer each time, and reads the rest", async () => {
    const read: string[] = [];
    const source = sourceOf(async ([task], { now, request }) => {
      read.push(task!.key);
      return request(async () => {
        if (task!.key === "2026-05-03") throw new SourceFailure("failed", { problem: "the source responds with 500" });
        return { finished: [{ key: task!.key, dueAt: null, readAt: now }] };
      });
    });
    const worker = workerOf(t.db, [source], clock);
    await openSources(worker);
    await add("2026-05-03", "2026-05-02");
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      const nextAt = (await runUntilIdle(worker))!.getTime();
      waits.push(nextAt - clock.time);
      clock.time = nextAt;
    }
    expect(read.filter((key) => key === "2026-05-02")).toHaveLength(1);
    const failing = (await rows()).find(({ key }) => key === "2026-05-03")!;
    expect(failing).toMatchObject({ last_error: "The source responds with 500.", last_success_at: null, owner: null });
    expect(Math.max(...waits)).toBeGreaterThan(10 * 60_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(75 * 60_000);
    expect(await budget()).toMatchObject({ last_error: "The source responds with 500.", requests_ok: "1" });
  });

  test("logs what was read of a batch before the rest failed", async () => {
    const logged: object[] = [];
    const failure = new SourceFailure("failed", { problem: "the source responds with 500" });
    const source = sourceOf(
      async ([task], { now }) => {
        const finished = [{ key: task!.key, dueAt: null, readAt: now }];
        return { finished, failure, papers: 7, report: { created: 3 } };
      },
      { batch: 2 },
    );
    const log = { error() {}, warn: (fields: object) => void logged.push(fields), info() {}, debug() {} };
    const worker = workerOf(t.db, [source], clock, { log });
    await openSources(worker);
    await add("2026-05-03", "2026-05-02");
    while (logged.length === 0) await runDueTask(worker);
    const reason = "the source responds with 500";
    expect(logged).toEqual([{ source: "huggingface", kind: "day", tasks: 2, papers: 7, created: 3, reason }]);
  });

  test("pauses a source that wants fewer requests, for all workers and as long as it says", async () => {
    let asked = 0;
    const source = sourceOf(async (_, { request }) =>
      request(async () => {
        asked++;
        throw new SourceFailure("limited", { problem: "the source responds with 429", waitMs: 600_000 });
      }),
    );
    const [worker, other] = [workerOf(t.db, [source], clock), workerOf(t.db, [source], clock)];
    await openSources(worker);
    await add("2026-05-03", "2026-05-02");
    expect(await runDueTask(worker)).toBe("done");
    expect(await runDueTask(worker)).toBe("done");
    for (const each of [worker, other]) {
      expect(await runDueTask(each)).toEqual({ nextAt: new Date(NOON + 600_000) });
    }
    expect(asked).toBe(1);
    expect(await rows()).toEqual(
      Array(2).fill(expect.objectContaining({ owner: null, held_until: null, attempts: 0 })),
    );
    expect(await budget()).toMatchObject({ requests_limited: "1", failures: 1 });
  });

  test("gives back what it leases when the process ends", async () => {
    const stop = new AbortController();
    const source = sourceOf(async (_, { request }) =>
      request(async () => {
        stop.abort();
        throw new SourceFailure("stopped", { problem: "this process ends" });
      }),
    );
    const worker = workerOf(t.db, [source], clock, { signal: stop.signal });
    await openSources(worker);
    await add("2026-05-03");
    await runDueTask(worker);
    await runDueTask(worker);
    expect(await rows()).toEqual([expect.objectContaining({ owner: null, held_until: null, attempts: 0 })]);
    expect(await budget()).toMatchObject({ failures: 0, holder: null, last_error: null });
  });
});
