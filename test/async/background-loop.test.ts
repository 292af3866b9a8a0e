import { setTimeout as sleep } from "node:timers/promises";
import { logFailures, startLoop } from "../../src/async/background-loop";
import { runDigests } from "../../src/digests/digest.worker";
import { rankRegularly } from "../../src/feeds/ranking.worker";
import { createTestDatabase } from "../support/database";
import { plainRenderers, readableLog, settings } from "../support/digests";

const MINUTE_MS = 60_000;

describe("work that is done again and again", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  const told = (lines: string[]) => lines.map((line) => JSON.parse(line)).map(({ level, msg }) => [level, msg]);
  const fails = [50, "knitting fails; trying again until it succeeds"];
  const works = [30, "knitting works again"];
  /** Work that fails as long as it is told to. */
  const flaky = (patience?: number) => {
    const state = { isAway: true };
    const work = async () => {
      if (state.isAway) throw new Error("away");
      return "done";
    };
    const { log, lines } = readableLog();
    return { state, lines, attempt: logFailures("knitting", log, { work, otherwise: "not done", patience }) };
  };

  test("tells the log of its first failure, of one in five minutes, and that it works again", async () => {
    jest.useFakeTimers();
    const { state, lines, attempt } = flaky();
    for (let second = 0; second < 11 * 60; second++) {
      expect(await attempt()).toBe("not done");
      jest.advanceTimersByTime(1000);
    }
    expect(told(lines)).toEqual([fails, fails, fails]);
    expect(JSON.parse(lines[2]!)).toMatchObject({ failures: 601, err: { message: "away" } });
    state.isAway = false;
    expect(await attempt()).toBe("done");
    expect(await attempt()).toBe("done");
    expect(told(lines)).toEqual([fails, fails, fails, works]);
  });

  test("that fails now and then says so no oftener, and last that it fails", async () => {
    jest.useFakeTimers();
    const { state, lines, attempt } = flaky();
    for (let i = 0; i < 100; i++) {
      state.isAway = i % 2 === 0;
      await attempt();
    }
    expect(told(lines)).toEqual([fails, works, fails]);
    jest.advanceTimersByTime(5 * MINUTE_MS);
    await attempt();
    expect(told(lines)).toEqual([fails, works, fails, works]);
    state.isAway = true;
    await attempt();
    expect(told(lines)).toEqual([fails, works, fails, works, fails]);
  });

  test("is not worth a line where the next of many attempts does well", async () => {
    const { state, lines, attempt } = flaky(3);
    for (let i = 0; i < 30; i++) {
      state.isAway = i % 3 !== 0;
      await attempt();
    }
    expect(lines).toEqual([]);
  });

  test("goes on in a loop, whatever it throws", async () => {
    const { log, lines } = readableLog();
    let runs = 0;
    await new Promise<void>((resolve) => {
      const loop = startLoop("knitting", { spacing: 1, idle: 1 }, log, async () => {
        if (++runs === 9) void loop.stop().then(resolve);
        if (runs < 6) throw runs;
        return false;
      });
    });
    expect(told(lines)).toEqual([fails, works]);
  });

  test("is told of once for each kind while the database is away, however many workers do it", async () => {
    const db = await createTestDatabase();
    await db.close();
    const { log, lines } = readableLog();
    const stop = new AbortController();
    const mailer = { send: () => Promise.reject(new Error("nothing is sent")), close: () => {} };
    const work = [
      runDigests(db, { mailer, renderers: plainRenderers, settings, log }, stop.signal),
      rankRegularly(db, stop.signal, log),
    ];
    while (lines.length < 3) await sleep(5);
    stop.abort();
    await Promise.all(work);
    expect(
      told(lines)
        .map(([, message]) => message)
        .sort(),
    ).toEqual([
      "planning digests fails; trying again until it succeeds",
      "ranking feeds fails; trying again until it succeeds",
      "sending mails fails; trying again until it succeeds",
    ]);
  });
});

/** How much of a second a loop works, when each run takes 20 ms. */
async function shareOf(didSomething: boolean): Promise<number> {
  let worked = 0;
  const began = performance.now();
  const loop = startLoop("a test", { spacing: 0, idle: 1 }, readableLog().log, async () => {
    const start = performance.now();
    await sleep(20);
    worked += performance.now() - start;
    return didSomething;
  });
  await sleep(1000);
  await loop.stop();
  return worked / (performance.now() - began);
}

test("a loop that looks in vain rests nine times as long as it looked, so dear looks do not fill its time", async () => {
  const [vain, busy] = await Promise.all([shareOf(false), shareOf(true)]);
  expect(vain).toBeLessThan(busy / 2);
});
