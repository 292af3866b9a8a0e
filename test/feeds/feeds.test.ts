import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { walkBackward, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";
import { FEED, standingsOf } from "./standings";

describe("feeds", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const standings = (variables: object) => standingsOf(t, variables);

  test("ranks are by upvotes, then by the time of being featured, then by id; filters do not renumber", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "late", upvotes: 3, featured: featured("2026-01-06", "12:00:00") }),
      sourceRecord({ title: "top", upvotes: 9, featured: featured("2026-01-06", "20:00:00") }),
      sourceRecord({
        title: "early",
        upvotes: 3,
        featured: featured("2026-01-06", "08:00:00"),
        codeUrl: "https://x.test/c",
      }),
      sourceRecord({ title: "early too", upvotes: 3, featured: featured("2026-01-06", "08:00:00") }),
      sourceRecord({ title: "other day", upvotes: 99, featured: featured("2026-01-07") }),
    ]);
    expect(await standings({ on: "2026-01-06" })).toEqual([
      [1, "top", 9, "2026-01-06"],
      [2, "early", 3, "2026-01-06"],
      [3, "early too", 3, "2026-01-06"],
      [4, "late", 3, "2026-01-06"],
    ]);
    expect(await standings({ on: "2026-01-06", filter: { hasCode: true } })).toEqual([[2, "early", 3, "2026-01-06"]]);
  });

  test("other orders keep each paper's rank", async () => {
    await importRecords(t.db, [
      sourceRecord({
        title: "a",
        upvotes: 3,
        comments: 1,
        publishedOn: "2026-01-03",
        featured: featured("2026-01-06", "01:00:00"),
      }),
      sourceRecord({
        title: "b",
        upvotes: 2,
        comments: 5,
        publishedOn: "2026-01-01",
        featured: featured("2026-01-06", "03:00:00"),
      }),
      sourceRecord({
        title: "c",
        upvotes: 1,
        comments: 2,
        publishedOn: undefined,
        featured: featured("2026-01-06", "02:00:00"),
      }),
    ]);
    const order = async (orderBy: string) =>
      (await standings({ on: "2026-01-06", orderBy })).map(([rank, title]: [number, string]) => `${title}${rank}`);
    expect(await order("RANK")).toEqual(["a1", "b2", "c3"]);
    expect(await order("FEATURED_AT")).toEqual(["b2", "c3", "a1"]);
    expect(await order("PUBLISHED_ON")).toEqual(["a1", "b2", "c3"]);
    expect(await order("COMMENTS")).toEqual(["b2", "c3", "a1"]);
  });

  test("a paper stands once in a week and in a month, on its first day there", async () => {
    const paper = { arxivId: "2601.00001", title: "Twice", upvotes: 4 };
    await importRecords(t.db, [
      sourceRecord({ ...paper, featured: featured("2026-01-06") }),
      sourceRecord({ ...paper, featured: featured("2026-01-08") }),
      sourceRecord({ ...paper, featured: featured("2026-01-20") }),
    ]);
    expect(await standings({ period: "WEEK", on: "2026-01-09" })).toEqual([[1, "Twice", 4, "2026-01-06"]]);
    expect(await standings({ period: "MONTH", on: "2026-01-09" })).toEqual([[1, "Twice", 4, "2026-01-06"]]);
    expect(await standings({ period: "WEEK", on: "2026-01-20" })).toEqual([[1, "Twice", 4, "2026-01-20"]]);
    const { feed } = await t.api.data(FEED, { period: "MONTH", on: "2026-01-09" });
    expect(feed.papers.totalCount).toBe(1);
  });

  test("upvotes count from the period's first instant until 24 h after its last day", async () => {
    const paper = sourceRecord({ title: "Voted", upvotes: 10, featured: featured("2026-01-06") });
    await importItems(t.db, [{ record: paper, notes: [] }]);
    const times = [
      "2026-01-05T23:59:59.999Z",
      "2026-01-06T00:00:00Z",
      "2026-01-07T23:59:59.999Z",
      "2026-01-08T00:00:00Z",
    ];
    for (const time of times) {
      await t.db.run(
        "with u as (insert into users (username) values ($1) returning id) insert into upvotes select u.id, p.id, $2 from u, papers p",
        [time, time],
      );
    }
    await rankFeeds(t.db, new Date());
    expect(await standings({ on: "2026-01-06" })).toEqual([[1, "Voted", 12, "2026-01-06"]]);
    expect(await standings({ period: "WEEK", on: "2026-01-06" })).toEqual([[1, "Voted", 14, "2026-01-06"]]);
  });

  test.each(["RANK", "FEATURED_AT", "PUBLISHED_ON", "COMMENTS"])(
    "%s: pages put together, both ways, are the whole feed, with ties",
    async (orderBy) => {
      await importRecords(
        t.db,
        Array.from({ length: 40 }, (_, i) =>
          sourceRecord({
            upvotes: i % 3,
            comments: i % 2,
            publishedOn: i % 5 === 0 ? undefined : `2026-01-0${1 + (i % 2)}`,
            featured: featured(`2026-01-0${6 + (i % 2)}`, `0${i % 3}:00:00`),
          }),
        ),
      );
      const walk = {
        query: FEED,
        at: (data: { feed: { papers: unknown } }) => data.feed.papers,
        variables: { period: "WEEK", on: "2026-01-06", orderBy },
      };
      const forward = await walkForward(t.api, walk, 7);
      expect(new Set(forward).size).toBe(40);
      expect(await walkForward(t.api, walk, 100)).toEqual(forward);
      expect(await walkBackward(t.api, walk, 7)).toEqual(forward);
    },
  );

  test("PUBLISHED_AT, an order by days, is the old name of PUBLISHED_ON: cursors of one go on under the other", async () => {
    await importRecords(
      t.db,
      [1, 2, 3, 4].map((i) =>
        sourceRecord({ title: String(i), publishedOn: `2026-01-0${i}`, featured: featured("2026-01-06") }),
      ),
    );
    const page = async (orderBy: string, after?: string) => {
      const { feed } = await t.api.data(FEED, { on: "2026-01-06", orderBy, first: 2, after });
      const titles = feed.papers.edges.map(({ node }: { node: { title: string } }) => node.title);
      return { titles, end: feed.papers.pageInfo.endCursor };
    };
    for (const [one, other] of [
      ["PUBLISHED_AT", "PUBLISHED_ON"],
      ["PUBLISHED_ON", "PUBLISHED_AT"],
    ] as const) {
      const { titles, end } = await page(one);
      expect(titles).toEqual(["4", "3"]);
      expect((await page(other, end)).titles).toEqual(["2", "1"]);
    }
    const { __type } = await t.api.data(`{ __type(name: "FeedOrder") { enumValues(includeDeprecated: true) {
      name isDeprecated } } }`);
    expect(__type.enumValues.filter(({ isDeprecated }: { isDeprecated: boolean }) => isDeprecated)).toEqual([
      { name: "PUBLISHED_AT", isDeprecated: true },
    ]);
  });
});
