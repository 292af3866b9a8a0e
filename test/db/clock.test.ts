import { millisecondsInDay } from "date-fns/constants";
import { SteadyClock, watchClock } from "../../src/db/clock";
import { createSendOptions } from "../../src/digests/deliveries/send.service";
import { runDigests } from "../../src/digests/digest.worker";
import { rankRegularly } from "../../src/feeds/ranking.worker";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { atClock } from "../support/clock";
import { ledger, readableLog, settings, subscribe } from "../support/digests";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const UPSERT = `mutation ($title: String!) { upsertPapers(input: { papers: [{ arxivId: "2601.00001", title: $title }] }) {
  userErrors { message } papers { title } } }`;

describe.each([
  ["three days ahead", 3 * millisecondsInDay],
  ["a day behind", -millisecondsInDay],
])("a process whose clock is %s", (_, ahead) => {
  const t = useApi();
  afterEach(() => t.db.reset());
  const daysAgo = (days: number) => new Date(Date.now() - days * millisecondsInDay).toISOString().slice(0, 10);
  const finals = () =>
    t.db.run("select period, start_date::text as day, is_final from feed_rankings where period = 'DAY' order by 2");
  /** What a worker does at once when it starts, by a wrong clock. */
  const work = async (act: (signal: AbortSignal) => Promise<void>, isDone: () => Promise<boolean>) => {
    await atClock(Date.now() + ahead, async () => {
      const stop = new AbortController();
      const working = act(stop.signal);
      while (!(await isDone())) await new Promise((resolve) => setImmediate(resolve));
      stop.abort();
      await working;
    });
  };

  test("closes what the database's clock says is over, and nothing else", async () => {
    const days = [3, 1, 0].map(daysAgo).sort();
    await importRecords(
      t.db,
      days.map((day) => sourceRecord({ featured: featured(day) })),
    );
    await t.db.run("delete from feed_rankings");
    const { log } = readableLog();
    await work(
      (signal) => rankRegularly(t.db, signal, log),
      async () => (await finals()).length === 3,
    );
    expect(await finals()).toEqual([
      { period: "DAY", day: days[0], is_final: true },
      { period: "DAY", day: days[1], is_final: false },
      { period: "DAY", day: days[2], is_final: false },
    ]);
  });

  test("plans the digests that are due by the database's clock, and no others", async () => {
    await importRecords(t.db, [sourceRecord({ featured: featured(daysAgo(5)) })]);
    const [due] = await subscribe(t.db, 1, { next_send_at: new Date(Date.now() - 60_000) });
    await subscribe(t.db, 1, { next_send_at: new Date(Date.now() + 2 * millisecondsInDay) });
    const { log } = readableLog();
    await work(
      (signal) => runDigests(t.db, createSendOptions({ ...settings, outbox: "/nowhere/outbox" }, log), signal),
      async () => (await ledger(t.db)).length > 0,
    );
    expect((await ledger(t.db)).map(({ subscription }) => subscription)).toEqual([due]);
  });

  test("sends what is newer than what a right clock sent before it, and older than what comes after it", async () => {
    const token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
    const upsert = async (title: string) => (await t.api.data(UPSERT, { title }, token)).upsertPapers.papers[0].title;
    expect(await upsert("By a right clock")).toBe("By a right clock");
    await atClock(Date.now() + ahead, async () => expect(await upsert("By a wrong clock")).toBe("By a wrong clock"));
    expect(await upsert("By a right clock again")).toBe("By a right clock again");
  });

  test("says so", async () => {
    const { log, lines } = readableLog();
    await work(
      (signal) => watchClock(t.db, signal, log),
      async () => lines.length > 0,
    );
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 40, msg: expect.stringContaining("clock") });
    expect(Math.abs(JSON.parse(lines[0]!).seconds - ahead / 1000)).toBeLessThan(5);
  });
});

describe("a database's clock", () => {
  const MINUTE_MS = 60_000;

  test("that jumps ahead is not believed for ten minutes, and set back in time does nothing", () => {
    const clock = new SteadyClock();
    expect(clock.read(1000, 0)).toBe(1000);
    expect(clock.read(21_000 + 3 * millisecondsInDay, 20_000)).toBe(21_000);
    expect(clock.isDoubted).toBe(true);
    expect(clock.read(9 * MINUTE_MS + 1000 + 3 * millisecondsInDay, 9 * MINUTE_MS)).toBe(9 * MINUTE_MS + 1000);
    expect(clock.read(10 * MINUTE_MS + 1000, 10 * MINUTE_MS)).toBe(10 * MINUTE_MS + 1000);
    expect(clock.isDoubted).toBe(false);
  });

  test("that stays where it jumped to is believed then, and one that is slow or set back at once", () => {
    const clock = new SteadyClock();
    clock.read(0, 0);
    clock.read(millisecondsInDay, 20_000);
    expect(clock.read(millisecondsInDay + 10 * MINUTE_MS, 20_000 + 10 * MINUTE_MS)).toBe(
      millisecondsInDay + 10 * MINUTE_MS,
    );
    expect(clock.isDoubted).toBe(false);
    expect(clock.read(5000, 30_000 + 10 * MINUTE_MS)).toBe(5000);
  });
});
