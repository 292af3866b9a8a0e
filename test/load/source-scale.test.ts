import { Client } from "pg";
import { readConfig } from "../../src/config/config";
import { configuredSources } from "../../src/sources/configured-sources";
import { openSources } from "../../src/sources/source-loop";
import { runUntilIdle, TestClock, workerOf } from "../sources/use-sources";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useFakeSources } from "../support/sources/use-fake-sources";
import { useApi } from "../support/use-api";

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` has as many as a month has ids for, `npm test` a thousand. */
const PAPERS = SOAK ? 99_990 : 1000;
/** For a request: the budget, the lease, and the merging of up to a hundred papers. */
const STATEMENTS = 40;
/** Of which arXiv's answer and its reading are a part. */
const MS_PER_PAPER = 5;
const SLOWEST_READ_MS = 1000;
const DAY = "2026-03-06";

describe(`what arXiv says of ${PAPERS} papers`, () => {
  jest.setTimeout(SOAK ? 3_600_000 : 60_000);
  const sources = useFakeSources({ seed: 1, from: "2026-03-05", days: 2, perDay: 2, busiest: PAPERS });
  const t = useApi();
  const clock = new TestClock(Date.parse("2026-03-20T00:00:00Z"), sources.clock);

  beforeAll(async () => {
    const records = sources.world.papers.map(({ arxivId, title, abstract }) =>
      sourceRecord({ arxivId, title, abstract, featured: featured(DAY), publishedOn: "2026-03-05" }),
    );
    await importRecords(t.db, records);
  });

  /** The slowest answer to a reader meanwhile, in ms. */
  const slowestRead = async (isOver: () => boolean): Promise<number> => {
    let slowest = 0;
    while (!isOver()) {
      const began = performance.now();
      await t.api.data(
        `{ feed(on: "${DAY}") { papers(first: 20) { edges { node { title authors(first: 3) { edges { name } } } } } } }`,
      );
      slowest = Math.max(slowest, performance.now() - began);
    }
    return slowest;
  };

  test("is read by few statements a request, in little time, and readers are not kept waiting", async () => {
    const env = { SOURCES: "arxiv", SOURCES_CONTACT: "ada@papers.example", ...sources.env };
    const [arxiv] = configuredSources(readConfig(env));
    // All versions take a request each.
    const source = { ...arxiv!, kinds: arxiv!.kinds.filter(({ kind }) => kind !== "versions") };
    const worker = workerOf(t.db, [source], clock);
    await openSources(worker);
    let isOver = false;
    const reads = SOAK ? slowestRead(() => isOver) : Promise.resolve(0);
    const query = SOAK ? null : jest.spyOn(Client.prototype, "query");
    const began = performance.now();
    await runUntilIdle(worker);
    const took = performance.now() - began;
    isOver = true;

    const [stored] = await t.db.run<{ count: number }>("select count(*)::int from papers where categories <> '{}'");
    expect(stored!.count).toBe(sources.world.papers.filter(({ arxiv }) => arxiv === "known").length);
    // A malformed id costs its batch one more.
    expect(sources.requests.length).toBeLessThan(PAPERS / 40);
    if (query) {
      expect(query.mock.calls.length / sources.requests.length).toBeLessThan(STATEMENTS);
      query.mockRestore();
    } else {
      expect(took / PAPERS).toBeLessThan(MS_PER_PAPER);
      expect(await reads).toBeLessThan(SLOWEST_READ_MS);
    }
  });
});
