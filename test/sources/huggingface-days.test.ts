import { openSources, runDueTask } from "../../src/sources/source-loop";
import { listed, useHuggingFace } from "./use-huggingface";
import { runUntilIdle } from "./use-sources";

const MINUTE = 60_000;
const at = (time: string) => Date.parse(`${time}:00Z`);

describe("days of Hugging Face", () => {
  const t = useHuggingFace();

  test("are filled from the first one on, the newest first, weekends as well; an empty day counts as read", async () => {
    t.days.set("2026-05-06", listed(2)).set("2026-05-01", listed(3, 10));
    const worker = t.worker({ SOURCES_SINCE: "2026-05-01" });
    await openSources(worker);
    expect(await runUntilIdle(worker)).toEqual(new Date(at("2026-05-06T12:10")));
    expect([...new Set(t.source.asked)]).toEqual([
      "2026-05-06",
      "2026-05-05",
      "2026-05-04",
      "2026-05-03",
      "2026-05-02",
      "2026-05-01",
    ]);
    expect(await t.stored("2026-05-06")).toEqual(["2605.00001", "2605.00002"]);
    expect(await t.stored("2026-05-01")).toHaveLength(3);
    expect(await t.task("2026-05-03")).toMatchObject({
      successes: 1,
      completed_at: expect.any(Date),
      last_error: null,
    });
    expect(await t.task("2026-05-06")).toMatchObject({ successes: 1, completed_at: null });
  });

  test("without a setting are those of two weeks before the first start, and all since, however long a pause was", async () => {
    const plan = async (time: string, env?: Record<string, string>) => {
      t.clock.time = at(time);
      const worker = t.worker(env);
      await openSources(worker);
      expect(await runDueTask(worker)).toBe("done");
      const rows = await t.db.run<{ key: string }>("select key from source_tasks where kind = 'day' order by key");
      return [rows[0]!.key, rows.at(-1)!.key, rows.length];
    };
    expect(await plan("2026-05-06T12:00")).toEqual(["2026-04-22", "2026-05-06", 15]);
    expect(await plan("2026-06-30T12:00")).toEqual(["2026-04-22", "2026-06-30", 70]);
    // A later first day gives up what was never read before it.
    expect(await plan("2026-06-30T12:00", { SOURCES_SINCE: "2026-06-29" })).toEqual(["2026-06-29", "2026-06-30", 2]);
    expect(await plan("2026-07-01T12:00")).toEqual(["2026-06-29", "2026-07-01", 3]);
  });

  test("open day after day, each on time", async () => {
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    await runUntilIdle(worker);
    t.clock.time = at("2026-05-07T01:30");
    t.days.set("2026-05-07", listed(1));
    await runUntilIdle(worker);
    expect(await t.stored("2026-05-07")).toEqual(["2605.00001"]);
    expect(await t.task("2026-05-06")).toMatchObject({ completed_at: new Date(at("2026-05-07T01:30")) });
  });

  test("are stored whole or not at all, and once", async () => {
    t.days.set("2026-05-06", listed(250));
    const { handler } = t.source;
    t.source.handler = (day, response, request) => {
      if (request.url!.includes("p=2")) response.writeHead(502).end("<html><title>Bad gateway at host.example</title>");
      else handler(day, response, request);
    };
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    const nextAt = await runUntilIdle(worker);
    expect(await t.stored("2026-05-06")).toEqual([]);
    expect(await t.task("2026-05-06")).toMatchObject({ last_error: "The source responds with 502.", owner: null });
    t.source.handler = handler;
    t.clock.time = nextAt!.getTime();
    await runUntilIdle(worker);
    expect(await t.stored("2026-05-06")).toHaveLength(250);
    expect(await t.task("2026-05-06")).toMatchObject({ last_error: null, successes: 1 });
  });

  test("change nothing when they are read again and nothing is new; other votes are stored", async () => {
    t.days.set("2026-05-06", listed(3));
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    await runUntilIdle(worker);
    const papers = () => t.db.run("select id, updated_at, revision, upvote_count from papers order by id");
    const before = await papers();
    t.clock.time += 10 * MINUTE;
    await runUntilIdle(worker);
    expect(await papers()).toEqual(before);
    t.days.set("2026-05-06", listed(3, 1, 7));
    t.clock.time += 10 * MINUTE;
    await runUntilIdle(worker);
    expect(await papers()).toEqual(before.map(() => expect.objectContaining({ upvote_count: 7 })));
    expect(await t.db.run("select from papers")).toHaveLength(3);
  });

  test("lose papers that moved to another day; a list that is empty for a moment takes out none", async () => {
    t.days.set("2026-05-06", listed(3));
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    const read = async () => {
      t.clock.time += 10 * MINUTE;
      await runUntilIdle(worker);
      return t.stored("2026-05-06");
    };
    await read();
    t.days.set("2026-05-06", listed(2));
    expect(await read()).toEqual(["2605.00001", "2605.00002"]);
    t.days.set("2026-05-06", []);
    expect(await read()).toHaveLength(2);
    expect(await read()).toEqual([]);
    t.days.set("2026-05-06", listed(1));
    expect(await read()).toEqual(["2605.00001"]);
  });

  test("take in nothing that says itself that it is on another day's list, and nothing of such a list", async () => {
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    const item = (id: string, submittedOnDailyAt: string) => ({
      paper: { id, title: `Paper ${id}`, submittedOnDailyAt },
    });
    const [own, other] = [item("2605.00001", "2026-05-06T00:00:00Z"), item("2605.00002", "2026-05-05T08:00:00Z")];
    t.source.handler = (_, response) => response.end(JSON.stringify([own, other]));
    await runUntilIdle(worker);
    expect(await t.stored("2026-05-06")).toEqual(["2605.00001"]);
    t.source.handler = (_, response) => response.end(JSON.stringify([other]));
    t.clock.time += 10 * MINUTE;
    await runUntilIdle(worker);
    expect(await t.stored("2026-05-06")).toEqual(["2605.00001"]);
    expect(await t.task("2026-05-06")).toMatchObject({ successes: 1, attempts: 1 });
  });

  test("are asked for as the source wants: after its Retry-After, by whoever reads it", async () => {
    const agents = new Set<string | undefined>();
    t.source.handler = (_, response, request) => {
      agents.add(request.headers["user-agent"]);
      response.writeHead(429, { "retry-after": "1200" }).end();
    };
    const worker = t.worker({ SOURCES_CONTACT: "ada@papers.example" });
    await openSources(worker);
    const start = t.clock.time;
    expect(await runUntilIdle(worker)).toEqual(new Date(start + 20 * MINUTE));
    expect(await runDueTask(t.worker())).toEqual({ nextAt: new Date(start + 20 * MINUTE) });
    expect(t.source.asked).toEqual(["2026-05-06"]);
    expect([...agents]).toEqual(["daily-papers-api (ada@papers.example)"]);
  });

  test.each([
    ["<html>Just a moment</html>", "The response is not JSON."],
    ['{"status":"no_data"}', "The response is not an array of papers."],
    ['["a","b"]', "None of the papers that the source lists can be read."],
  ])("that answer %s are not read, and say why in a sentence", async (body, sentence) => {
    t.source.handler = (_, response) => response.end(body);
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" });
    await openSources(worker);
    await runUntilIdle(worker);
    expect(await t.task("2026-05-06")).toMatchObject({ last_error: sentence, last_success_at: null });
    expect(await t.db.run("select last_error from source_budgets")).toEqual([{ last_error: sentence }]);
  });

  test("abort a request under way when the process ends, and are read by the next one at once", async () => {
    const stop = new AbortController();
    const { handler } = t.source;
    t.source.handler = () => stop.abort();
    const worker = t.worker({ SOURCES_SINCE: "2026-05-06" }, { signal: stop.signal });
    await openSources(worker);
    expect(await runDueTask(worker)).toBe("done");
    expect(await runDueTask(worker)).toBe("done");
    expect(await t.task("2026-05-06")).toMatchObject({ owner: null, held_until: null, last_error: null });
    t.source.handler = handler;
    t.days.set("2026-05-06", listed(1));
    await runUntilIdle(t.worker());
    expect(await t.stored("2026-05-06")).toHaveLength(1);
  });
});
