import { openSources } from "../../src/sources/source-loop";
import { failTasks, leaseDue } from "../../src/tasks/task-queue";
import { useApi } from "../support/use-api";
import { listed, useHuggingFace } from "./use-huggingface";
import { runUntilIdle } from "./use-sources";

const HOUR = 3_600_000;

describe("in the graph", () => {
  const used = useApi({ sources: ["huggingface", "arxiv"] });
  const t = useHuggingFace(used);

  const feeds = (on: string) =>
    used.api.data(
      `query ($on: Date) {
        day: feed(on: $on) { isComplete sourceReadAt }
        week: feed(period: WEEK, on: $on) { isComplete sourceReadAt }
        month: feed(period: MONTH, on: $on) { isComplete sourceReadAt }
      }`,
      { on },
    );
  const sources = async (first = 20) => {
    const query = `query ($first: Int!) {
      sources { kind lastSuccessAt nextAt isBehind gaps(first: $first) lastError } }`;
    return (await used.api.data(query, { first })).sources;
  };

  test("a feed is complete when each of its days was read after its close", async () => {
    t.days.set("2026-05-06", listed(2));
    const worker = t.worker({ SOURCES_SINCE: "2026-05-04" });
    await openSources(worker);
    await runUntilIdle(worker);
    const open = await feeds("2026-05-06");
    expect(open.day).toEqual({ isComplete: false, sourceReadAt: "2026-05-06T12:00:00.000Z" });
    expect(await feeds("2026-05-05")).toMatchObject({ day: { isComplete: true }, week: { isComplete: false } });
    const future = await feeds("2026-05-09");
    expect(future.day).toEqual({ isComplete: false, sourceReadAt: null });
    t.clock.time = Date.parse("2026-05-11T01:29:00Z");
    await runUntilIdle(worker);
    // Sunday is open for one more minute.
    expect(await feeds("2026-05-09")).toMatchObject({ day: { isComplete: true }, week: { isComplete: false } });
    t.clock.time += 60_000;
    await runUntilIdle(worker);
    expect(await feeds("2026-05-06")).toMatchObject({
      day: { isComplete: true },
      week: { isComplete: true, sourceReadAt: expect.stringMatching(/^2026-05-11T01:30:/) },
      month: { isComplete: false },
    });
  });

  test("many feeds are told of by one statement", async () => {
    await used.api.data("{ feed { key } }");
    used.db.takeStatements();
    await used.api.data(
      `{ ${["01", "02", "03"].map((day) => `d${day}: feed(on: "2026-05-${day}") { isComplete sourceReadAt }`).join(" ")} }`,
    );
    expect(used.db.takeStatements().filter((text) => text.includes("source_tasks"))).toHaveLength(1);
  });

  test("sources that were never read are behind, and nothing more is known of them", async () => {
    const never = { lastSuccessAt: null, nextAt: null, isBehind: true, gaps: [], lastError: null };
    expect(await sources()).toEqual([
      { kind: "HUGGINGFACE", ...never },
      { kind: "ARXIV", ...never },
    ]);
  });

  test("a source tells its gaps, weekdays that have closed, and whether it is behind", async () => {
    t.clock.time = Date.now();
    const worker = t.worker();
    await openSources(worker);
    await runUntilIdle(worker);
    const [read] = await sources();
    expect(read).toMatchObject({ isBehind: false, gaps: [], lastError: null });
    expect(Date.parse(read.nextAt)).toBeGreaterThan(Date.parse(read.lastSuccessAt));
    await t.db.run(
      "update source_tasks set last_success_at = null, due_at = $1 where kind = 'day' and day < current_date - 1",
      [new Date(Date.now() - 2 * HOUR)],
    );
    const [behind] = await sources();
    expect(behind.isBehind).toBe(true);
    expect(behind.gaps).toEqual([...behind.gaps].sort().reverse());
    const weekdays = behind.gaps.map((day: string) => new Date(day).getUTCDay());
    expect(weekdays.filter((day: number) => day === 0 || day === 6)).toEqual([]);
    expect(weekdays.length).toBeGreaterThanOrEqual(8);
    expect((await sources(2))[0].gaps).toEqual(behind.gaps.slice(0, 2));
    const { errors } = await used.api.ask("{ sources { gaps(first: 0) } }");
    expect(errors![0]!.message).toBe("first must be from 1 to 1000.");
  });

  test("a source that is being asked is so since its task was due, and one that failed is asked when another is due", async () => {
    const now = new Date();
    const [due, later] = [-2, 3].map((minutes) => new Date(now.getTime() + minutes * 60_000));
    await t.db.run("delete from source_tasks");
    await t.db.run(
      "insert into source_tasks (source, kind, key, due_at) values ('arxiv', 'paper', '1', $1), ('arxiv', 'paper', '2', $2)",
      [due, later],
    );
    const next = async () => (await sources())[1].nextAt;
    const tasks = await leaseDue(t.db, { source: "arxiv", kind: "paper" }, { lane: "first", most: 1, owner: "w", now });
    expect(await next()).toBe(due!.toISOString());
    const tried = tasks.map((task) => ({ ...task, attempts: 9 }));
    await failTasks(t.db, tried, { owner: "w", now, error: "It is away." });
    expect(await next()).toBe(later!.toISOString());
  });

  test("a failure is a sentence without hosts and bodies", async () => {
    t.source.handler = (_, response) => response.writeHead(503).end('{"error":"db-7.internal is down"}');
    t.clock.time = Date.now();
    const worker = t.worker();
    await openSources(worker);
    await runUntilIdle(worker);
    const [failed] = await sources();
    expect(failed).toMatchObject({ lastError: "The source responds with 503.", lastSuccessAt: null, isBehind: true });
    expect(Date.parse(failed.nextAt)).toBeGreaterThan(Date.now());
  });
});
