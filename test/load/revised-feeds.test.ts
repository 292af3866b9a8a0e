import { millisecondsInDay } from "date-fns/constants";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import type { SourceRecord } from "../../src/ingest/source-record";
import { readHuggingFaceFiles } from "../../src/ingest/sources/huggingface.source";
import { placesIn } from "../feeds/standings";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { describeWithSharedData, sharedData } from "../support/shared-data";
import { useApi } from "../support/use-api";

const FEED = `query ($period: FeedPeriod!, $on: Date!, $first: Int, $after: String) {
  feed(period: $period, on: $on) { isFinal updatedAt revisedAt
    papers(first: $first, after: $after) { pageInfo { endCursor } edges { rank featuredOn upvotesInPeriod node { title } } } } }`;

const t = useApi();
afterEach(() => t.db.reset());

/** An import without what follows one on statistics and indexes. */
const importAndRank = async (records: SourceRecord[]) => {
  await importItems(
    t.db,
    records.map((each) => ({ record: each, notes: [] })),
  );
  await rankFeeds(t.db, new Date());
};

/** What every feed of a period says, as it would be read. */
const ranks = (periods: string[]) =>
  t.db.run<{ feed: string; papers: string[] }>(
    `select g.period || ' ' || g.start_date as feed,
      array_agg(concat_ws(' ', r.rank, p.title, r.feed_day, r.featured_at, r.upvotes_in_period) order by r.rank) as papers
    from feed_rankings g join feed_ranks r on r.ranking_id = g.id join papers p on p.id = r.paper_id
    where g.is_final and g.period = any($1) group by g.period, g.start_date order by 1`,
    [periods],
  );

const SOAK = Boolean(process.env.SOAK);
/** `npm run soak` takes a quarter, `npm test` the weeks about the end of a month. */
const DAYS = SOAK ? 90 : 15;
const FIRST = SOAK ? Date.UTC(2026, 0, 1) : Date.UTC(2026, 0, 24);
/** After so many days papers are listed again. */
const AGAIN = SOAK ? [1, 8, 40] : [1, 8, 12];

describe("a week and a month of the past", () => {
  const month = { period: "MONTH", on: "2026-01-06" };
  const feed = async (variables: object) => (await t.api.data(FEED, variables)).feed;
  const standings = async (variables: object) => placesIn(await feed(variables));
  const importDay = (on: string, papers: Record<string, number>, over: Partial<SourceRecord> = {}) =>
    importRecords(
      t.db,
      Object.entries(papers).map(([title, upvotes]) =>
        sourceRecord({ title, upvotes, featured: featured(on), ...over }),
      ),
    );

  test("are ranked again when a day arrives that was missing, say when, and the days stay", async () => {
    await importDay("2026-01-06", { a: 5, b: 1 });
    expect(await feed(month)).toMatchObject({ isFinal: true, revisedAt: null });
    const day = await feed({ period: "DAY", on: "2026-01-06" });
    const before = new Date().toISOString();
    await importDay("2026-01-07", { c: 3 });
    for (const variables of [month, { ...month, period: "WEEK" }]) {
      expect(await standings(variables)).toEqual([
        [1, "a", 5],
        [2, "c", 3],
        [3, "b", 1],
      ]);
      const { isFinal, revisedAt, updatedAt } = await feed(variables);
      expect(isFinal).toBe(true);
      expect(revisedAt >= before).toBe(true);
      expect(updatedAt).toBe(revisedAt);
    }
    expect(await feed({ period: "DAY", on: "2026-01-06" })).toEqual(day);
    expect((await feed({ period: "DAY", on: "2026-01-07" })).revisedAt).toBeNull();
  });

  test("are ranked again once for an import, not again when nothing is missing", async () => {
    await importDay("2026-01-06", { a: 5 });
    await importRecords(
      t.db,
      [7, 8, 9].map((day) => sourceRecord({ upvotes: day, featured: featured(`2026-01-0${day}`) })),
      1,
    );
    const { revisedAt } = await feed(month);
    const count = () => t.db.run("select count(*)::int as count from feed_changes where previous_id <> ranking_id");
    expect(await count()).toEqual([{ count: 2 }]);
    await importDay("2026-01-09", { late: 50 });
    await rankFeeds(t.db, new Date());
    expect(await count()).toEqual([{ count: 2 }]);
    expect((await feed(month)).revisedAt).toBe(revisedAt);
    expect((await standings(month)).at(-1)).toEqual([5, "late", 50]);
  });

  test("keep single late papers last, in the order in which they came, but for those that a missing day brings", async () => {
    await importDay("2026-01-06", { a: 5 });
    await importDay("2026-01-06", { first: 10 });
    await importDay("2026-01-06", { second: 90, both: 80 });
    await importRecords(t.db, [
      sourceRecord({ title: "c", upvotes: 1, featured: featured("2026-01-07") }),
      sourceRecord({ title: "both", upvotes: 2, featured: featured("2026-01-07") }),
      sourceRecord({ title: "third", upvotes: 70, featured: featured("2026-01-06") }),
    ]);
    expect(await standings(month)).toEqual([
      [1, "a", 5],
      [2, "both", 2],
      [3, "c", 1],
      [4, "first", 10],
      [5, "second", 90],
      [6, "third", 70],
    ]);
    expect((await feed(month)).papers.edges[1].featuredOn).toBe("2026-01-07");
  });

  test("count a newer record that came after their close no more than before", async () => {
    await importDay("2026-01-06", { a: 5 });
    await importDay("2026-01-06", { a: 50 }, { observedAt: new Date("2026-02-01T00:00:00Z") });
    await importDay("2026-01-07", { b: 20 });
    expect(await standings(month)).toEqual([
      [1, "b", 20],
      [2, "a", 5],
    ]);
  });

  test("let a reader page on in the order that the first page saw", async () => {
    await importDay("2026-01-06", { a: 5, b: 4 });
    const { papers } = await feed({ ...month, first: 1 });
    await importDay("2026-01-07", { c: 9 });
    const rest = await feed({ ...month, after: papers.pageInfo.endCursor });
    expect(rest.papers.edges).toMatchObject([{ rank: 2, node: { title: "b" } }]);
  });

  test("that an earlier version closed are ranked again, too", async () => {
    await importDay("2026-01-06", { a: 5 });
    await t.db.run("update feed_rankings set days = null");
    await importDay("2026-01-06", { late: 6 });
    await importDay("2026-01-07", { b: 9 });
    expect(await standings(month)).toEqual([
      [1, "b", 9],
      [2, "a", 5],
      [3, "late", 6],
    ]);
  });

  test(`end in the same ranks in whatever order ${DAYS} days are imported, and in one import`, async () => {
    const days = Array.from({ length: DAYS }, (_, i) =>
      new Date(FIRST + i * millisecondsInDay).toISOString().slice(0, 10),
    );
    // Equal times and upvotes, and papers that are listed again, with more upvotes or fewer.
    const itemsOf = (day: string, i: number) => {
      const listed = [0, 1, 2, 3].map((n) => ({ title: `day ${i} paper ${n}`, upvotes: (i * 7 + n * 3) % 5 }));
      const again = AGAIN.filter((ago) => i >= ago && i % 3 === 0).map((ago) => ({
        title: `day ${i - ago} paper ${ago % 4}`,
        upvotes: (i + ago) % 6,
      }));
      return [...again, ...listed].map((each) =>
        sourceRecord({
          ...each,
          publishedOn: undefined,
          featured: featured(day),
          observedAt: new Date(`${day}T12:00:00Z`),
        }),
      );
    };
    const all = ["DAY", "WEEK", "MONTH"];
    const inOrders = [
      [...days].reverse(),
      // Each once, since 37 is a prime.
      days.map((_, i) => days[(i * 37) % DAYS]!),
    ];
    const found: unknown[] = [];
    for (const order of inOrders) {
      for (const day of order) await importAndRank(itemsOf(day, days.indexOf(day)));
      found.push(await ranks(all));
      await t.db.reset();
    }
    await importAndRank(days.flatMap(itemsOf));
    const atOnce = await ranks(all);
    expect(atOnce).toHaveLength(DAYS + (SOAK ? 14 + 3 : 3 + 2));
    for (const each of found) expect(each).toEqual(atOnce);
  }, 300_000);
});

/** The real file's last quarter; or a week near its beginning, at the end of a month. */
const [SINCE, BEFORE] = SOAK ? ["2026-03-01", "2026-06-01"] : ["2024-03-26", "2024-04-03"];

describeWithSharedData(`${SOAK ? "a quarter" : "a week"} of the real file`, () => {
  test("ends in the same ranks when its days are imported the other way round", async () => {
    const byDay = new Map<string, SourceRecord[]>();
    for await (const item of readHuggingFaceFiles([sharedData.items], async () => new Date())) {
      if ("rejected" in item || !item.record.featured) continue;
      const { on } = item.record.featured;
      // The file is in the order of its days.
      if (on >= BEFORE) break;
      if (on >= SINCE) byDay.set(on, [...(byDay.get(on) ?? []), item.record]);
    }
    await importAndRank([...byDay.values()].flat());
    const atOnce = await ranks(["DAY", "WEEK", "MONTH"]);
    await t.db.reset();
    for (const records of [...byDay.values()].reverse()) await importAndRank(records);
    expect(await ranks(["DAY", "WEEK", "MONTH"])).toEqual(atOnce);
    expect(atOnce.length).toBeGreaterThan(SOAK ? 60 : 8);
  }, 300_000);
});
