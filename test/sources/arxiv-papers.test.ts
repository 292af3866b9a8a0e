import { readConfig } from "../../src/config/config";
import { configuredSources } from "../../src/sources/configured-sources";
import { openSources, runDueTask } from "../../src/sources/source-loop";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useFakeSources } from "../support/sources/use-fake-sources";
import { useDatabase } from "../support/use-api";
import { useHttpServer } from "../support/use-http-server";
import { runUntilIdle, TestClock, workerOf } from "./use-sources";

const DAY = 86_400_000;
const MINUTE = 60_000;

const NO_PAPERS = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
  xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><opensearch:totalResults>0</opensearch:totalResults></feed>`;

function useSpoilingArxiv() {
  const server = useHttpServer((request, response) => {
    const ids = new URL(request.url!, "http://arxiv").searchParams.get("id_list")!.split(",");
    response.end(ids.includes(spoiling.bad) ? NO_PAPERS.slice(0, 100) : NO_PAPERS);
  });
  const spoiling = { bad: "", baseUrl: server.baseUrl };
  return spoiling;
}

describe("papers of arXiv", () => {
  const t = useDatabase();
  const fake = useFakeSources({ seed: 7, from: "2026-05-04", days: 1, perDay: 40 });
  /** An arXiv that knows no paper, and breaks off where it would have to tell of one. */
  const spoiling = useSpoilingArxiv();
  /** The sources have the worker's clock. */
  const clock = new TestClock(Date.parse("2026-05-05T12:00:00Z"), fake.clock);

  const worker = (names = "arxiv") => {
    const env = { SOURCES: names, SOURCES_CONTACT: "ada@papers.example", ...fake.env };
    return workerOf(t.db, configuredSources(readConfig(env)), clock);
  };
  const run = async () => {
    const reader = worker();
    await openSources(reader);
    return runUntilIdle(reader);
  };
  const asked = (path: string) => fake.requests.filter(({ url }) => url.startsWith(path));
  const idsOf = (kind: "known" | "unknown" | "malformed") =>
    fake.world.papers.filter(({ arxiv }) => arxiv === kind).map(({ arxivId }) => arxivId);

  beforeAll(async () => {
    await importRecords(
      t.db,
      fake.world.papers.map(({ arxivId, title }) =>
        sourceRecord({ arxivId, title, featured: featured("2026-05-04"), publishedOn: undefined }),
      ),
    );
  });

  test("are asked for at once, a hundred in a request, then their versions one by one", async () => {
    await run();
    const [known, unknown, malformed] = [idsOf("known"), idsOf("unknown"), idsOf("malformed")];
    expect([known.length > 10, unknown.length, malformed.length]).toEqual([
      true,
      expect.any(Number),
      expect.any(Number),
    ]);
    // Each malformed id is one more request.
    expect(asked("/api/query")).toHaveLength(1 + malformed.length);
    expect(asked("/oai")).toHaveLength(fake.world.papers.length);
    expect(new Set(fake.requests.map(({ userAgent }) => userAgent))).toEqual(
      new Set(["daily-papers-api (ada@papers.example)"]),
    );
    const stored = await t.db.run<{ arxiv_id: string; license_url: string | null }>(
      "select arxiv_id, license_url from papers p where exists (select from paper_versions v where v.paper_id = p.id)",
    );
    expect(stored.map(({ arxiv_id }) => arxiv_id).sort()).toEqual([...known].sort());
    expect(stored.every(({ license_url }) => license_url)).toBe(true);
    const failed = await t.db.run("select from source_tasks where last_error is not null or owner is not null");
    expect(failed).toEqual([]);
    // One request after the other, three seconds apart.
    const times = fake.requests.map(({ at }) => at);
    expect(Math.max(...fake.requests.map(({ open }) => open))).toBe(1);
    expect(Math.min(...times.slice(1).map((time, i) => time - times[i]!))).toBeGreaterThanOrEqual(3000);
  });

  test("are asked for again after a day, and for versions only where there are new ones", async () => {
    const before = fake.requests.length;
    clock.time += DAY;
    await run();
    const revised = fake.world.papers.filter(
      ({ arxiv, versions }) =>
        arxiv === "known" && versions.some(({ at }) => at > clock.time - DAY && at < clock.time - MINUTE),
    );
    const again = fake.requests.slice(before).filter(({ url }) => url.startsWith("/oai"));
    const askedIds = again.map(({ url }) => new URL(url, "http://a").searchParams.get("identifier")!.slice(14));
    expect(revised.length).toBeGreaterThan(0);
    for (const { arxivId } of revised) expect(askedIds).toContain(arxivId);
    const unread = [...idsOf("unknown"), ...idsOf("malformed")];
    expect(askedIds.filter((id) => !unread.includes(id)).length).toBe(revised.length);
  });

  test("that are new are found within a minute or so, without going through all", async () => {
    await t.db.run("delete from source_tasks where kind <> 'plan'");
    await t.db.run("update papers set updated_at = $1", [new Date(clock.time - DAY)]);
    const known = idsOf("known")[0];
    await t.db.run("update papers set updated_at = $1 where arxiv_id = $2", [new Date(clock.time), known]);
    clock.time += MINUTE;
    await run();
    expect(await t.db.run("select key from source_tasks where kind = 'paper'")).toEqual([{ key: known }]);
    clock.time += DAY;
    await run();
    expect(await t.db.run("select from source_tasks where kind = 'paper'")).toHaveLength(fake.world.papers.length);
  });

  test("that make each answer unreadable keep no others from being read", async () => {
    await t.db.run("delete from source_tasks; delete from source_budgets");
    const [bad] = idsOf("known");
    const env = {
      SOURCES: "arxiv",
      SOURCES_CONTACT: "ada@papers.example",
      ...fake.env,
      ARXIV_API_URL: spoiling.baseUrl(),
    };
    spoiling.bad = bad!;
    const [arxiv] = configuredSources(readConfig(env));
    const reader = workerOf(t.db, [arxiv!], clock);
    await openSources(reader);
    expect(await runDueTask(reader)).toBe("done");
    const papersAlone = {
      ...reader,
      sources: [{ ...arxiv!, kinds: arxiv!.kinds.filter(({ kind }) => kind === "paper") }],
    };
    const left = () => t.db.run("select key from source_tasks where kind = 'paper' and last_success_at is null");
    for (let i = 0; i < 60 && (await left()).length !== 1; i++) {
      clock.time = (await runUntilIdle(papersAlone))!.getTime();
    }
    expect(await left()).toEqual([{ key: bad }]);
  });
});
