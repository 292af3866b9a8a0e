import { Registry } from "prom-client";
import { readConfig } from "../../src/config/config";
import { measureSources } from "../../src/processes/source-metrics";
import { noteDaysRead } from "../../src/sources/day-plan.service";
import { openSources } from "../../src/sources/source-loop";
import { runSourcesCommand } from "../../src/sources/sources-command";
import { leaseOne } from "../../src/tasks/task-queue";
import { listed, useHuggingFace } from "./use-huggingface";
import { runUntilIdle } from "./use-sources";

describe("npm run sources", () => {
  const t = useHuggingFace();
  const command = (line: string, env: Record<string, string> = {}) => {
    const { clock, owner, signal, log } = t.worker();
    const settings = readConfig({ SOURCES: "huggingface", HUGGINGFACE_URL: t.source.baseUrl(), ...env });
    return runSourcesCommand({ db: t.db, settings, clock, owner, signal, log }, line.split(" "));
  };

  test("status shows how far each source has come", async () => {
    for (const each of ["status", "gaps"]) {
      expect(await command(each, { SOURCES: "" })).toBe(
        "SOURCES is not set here: this command needs the settings of the site, e.g. SOURCES=huggingface.",
      );
    }
    expect(await command("status")).toBe(
      [
        "source       last success  next  behind  gaps  last error",
        "huggingface  never         -     yes     0     -",
      ].join("\n"),
    );
    t.clock.time = Date.now();
    const worker = t.worker();
    await openSources(worker);
    await runUntilIdle(worker);
    expect(await command("status")).toMatch(
      /\nhuggingface {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}no {6}0 {5}-$/,
    );
    expect(await command("gaps")).toBe("There are no gaps.");
    await t.db.run("update source_tasks set last_success_at = null where kind = 'day'");
    const gaps = (await command("gaps")).split("\n");
    expect(gaps.length).toBeGreaterThanOrEqual(9);
    expect(gaps).toEqual([...gaps].sort().reverse());
  });

  test("run reads a day now, whatever is planned, within the budget of all", async () => {
    t.days.set("2026-05-06", listed(2)).set("2025-01-02", listed(3, 10));
    expect(await command("run huggingface")).toBe(
      "2026-05-06: 2 papers, 2 created, 0 updated, 0 unchanged, 0 rejected, 0 moved",
    );
    expect(await command("run huggingface --day 2025-01-02")).toMatch(/^2025-01-02: 3 papers, 3 created/);
    expect(await t.task("2025-01-02")).toMatchObject({ completed_at: expect.any(Date), due_at: null });
    t.source.handler = (_, response) => response.writeHead(404).end("Not here");
    await expect(command("run huggingface")).rejects.toThrow(
      /^huggingface could not be read: .* its API should be; is HUGGINGFACE_URL or --base-url right\? It is not asked again/,
    );
    t.clock.time += 60_000;
    t.source.handler = (_, response) => response.writeHead(429, { "retry-after": "600" }).end();
    await expect(command("run huggingface")).rejects.toThrow(
      /^huggingface could not be read: The source responds with 429\. It is not asked again before 2026-05-06T12:1\d:/,
    );
    await expect(command("run huggingface")).rejects.toThrow("The source is paused. It is not asked again before");
    expect(t.source.asked).toHaveLength(6);
  });

  test("run leaves a day to the worker that reads it", async () => {
    const now = new Date(t.clock.time);
    await openSources(t.worker());
    await t.db.run(
      "insert into source_tasks (source, kind, key, day, due_at) values ('huggingface', 'day', '2026-05-05', '2026-05-05', $1)",
      [now],
    );
    await leaseOne(t.db, { source: "huggingface", kind: "day", key: "2026-05-05" }, { owner: "other", now });
    await expect(command("run huggingface --day 2026-05-05")).rejects.toThrow(
      "Another process is reading 2026-05-05 at this moment.",
    );
  });

  test.each([
    ["runn", '"runn" is not status or run or gaps. Did you mean run?'],
    ["run", "run needs SOURCE."],
    ["run openreview", '"openreview" is neither huggingface nor arxiv.'],
    ["run huggingface --day 2026-02-30", "--day 2026-02-30 is not a day: pass YYYY-MM-DD."],
    [
      "run huggingface --day 2023-05-03",
      "2023-05-03 is before the first day of Hugging Face's Daily Papers, 2023-05-04.",
    ],
    ["run huggingface --day 2026-05-07", "2026-05-07 is not open yet: it opens at 2026-05-07T01:30:00.000Z."],
    ["run arxiv", "Reading arxiv needs SOURCES_CONTACT"],
    ["run arxiv --day 2026-05-06", "--day does not go with arxiv."],
    ["gaps --day 2026-05-06", "--day does not go with gaps."],
  ])("%s is refused", async (line, message) => {
    await expect(command(line)).rejects.toThrow(message);
    expect(t.source.asked).toEqual([]);
  });

  test("metrics tell the same of all processes", async () => {
    t.clock.time = Date.now();
    const worker = t.worker();
    await openSources(worker);
    await runUntilIdle(worker);
    const registry = new Registry();
    measureSources(registry, t.db, ["huggingface"]);
    const metrics = await registry.metrics();
    const { length } = t.source.asked;
    expect(metrics).toContain(`daily_papers_source_requests_total{source="huggingface",outcome="ok"} ${length}\n`);
    expect(metrics).toContain('daily_papers_source_requests_total{source="huggingface",outcome="failed"} 0\n');
    expect(metrics).toContain('daily_papers_source_lag_seconds{source="huggingface"} 0\n');
    expect(metrics).toContain('daily_papers_source_gaps{source="huggingface"} 0\n');
    expect(await registry.metrics()).toBe(metrics);
  });

  test("a day that was imported by hand counts as read, unless it was read later", async () => {
    const readAt = new Date("2026-05-06T10:00:00Z");
    await noteDaysRead(t.db, [
      { day: "2026-05-06", readAt },
      { day: "2026-05-01", readAt },
    ]);
    expect(await t.task("2026-05-06")).toMatchObject({ last_success_at: readAt, completed_at: null });
    expect(await t.task("2026-05-01")).toMatchObject({
      completed_at: readAt,
      due_at: new Date("2026-05-07T01:30:00Z"),
    });
    await noteDaysRead(t.db, [{ day: "2026-05-01", readAt: new Date("2026-05-03T10:00:00Z") }]);
    expect(await t.task("2026-05-01")).toMatchObject({ last_success_at: readAt, successes: 1 });
  });
});
