import { rankFeeds } from "../src/feeds/ranking.service";
import { importItems } from "../src/ingest/importer";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { featured, importLooks, look } from "./support/factories";
import { pageFields, walkBackward, walkForward } from "./support/paging";

const FEED = `query ($period: FeedPeriod! = DAY, $on: Date, $filter: PaperFilter, $orderBy: FeedOrder! = RANK,
  $first: Int, $after: String, $last: Int, $before: String) {
  feed(period: $period, on: $on) {
    key startDate endDate isFinal updatedAt previous { key } next { key }
    papers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor rank featuredOn upvotesInPeriod node { title } } ${pageFields}
    }
  }
}`;

describe("feeds", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  type Edge = { rank: number; upvotesInPeriod: number; featuredOn: string; node: { title: string } };
  const standings = async (variables: object) => {
    const { feed } = await api.data(FEED, variables);
    return feed.papers.edges.map((edge: Edge) => [edge.rank, edge.node.title, edge.upvotesInPeriod, edge.featuredOn]);
  };

  test.each([
    ["DAY", "2025-12-31", "2025-12-31", "2025-12-31", "2025-12-31"],
    ["WEEK", "2025-12-31", "2026-W01", "2025-12-29", "2026-01-04"],
    ["WEEK", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03"],
    ["WEEK", "0001-01-01", "0001-W01", "0001-01-01", "0001-01-07"],
    ["MONTH", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"],
    ["WEEK", "9999-12-26", "9999-W51", "9999-12-20", "9999-12-26"],
  ])("the %s of %s is %s, from %s to %s, empty or not", async (period, on, key, startDate, endDate) => {
    const { feed } = await api.data(FEED, { period, on });
    expect(feed).toMatchObject({ key, startDate, endDate, updatedAt: null, papers: { totalCount: 0 } });
  });

  test("a day too far away is BAD_USER_INPUT", async () => {
    const { errors } = await api.ask(FEED, { on: "9999-12-31" });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "on" } }]);
  });

  test("ranks are by upvotes, then by the time of being featured, then by id; filters do not renumber", async () => {
    await importLooks(db, [
      look({ title: "late", upvotes: 3, featured: featured("2026-01-06", "12:00:00") }),
      look({ title: "top", upvotes: 9, featured: featured("2026-01-06", "20:00:00") }),
      look({ title: "early", upvotes: 3, featured: featured("2026-01-06", "08:00:00"), codeUrl: "https://x.test/c" }),
      look({ title: "early too", upvotes: 3, featured: featured("2026-01-06", "08:00:00") }),
      look({ title: "other day", upvotes: 99, featured: featured("2026-01-07") }),
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
    await importLooks(db, [
      look({
        title: "a",
        upvotes: 3,
        comments: 1,
        publishedOn: "2026-01-03",
        featured: featured("2026-01-06", "01:00:00"),
      }),
      look({
        title: "b",
        upvotes: 2,
        comments: 5,
        publishedOn: "2026-01-01",
        featured: featured("2026-01-06", "03:00:00"),
      }),
      look({
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
    expect(await order("PUBLISHED_AT")).toEqual(["a1", "b2", "c3"]);
    expect(await order("COMMENTS")).toEqual(["b2", "c3", "a1"]);
  });

  test("a paper stands once in a week and in a month, on its first day there", async () => {
    const paper = { arxivId: "2601.00001", title: "Twice", upvotes: 4 };
    await importLooks(db, [
      look({ ...paper, featured: featured("2026-01-06") }),
      look({ ...paper, featured: featured("2026-01-08") }),
      look({ ...paper, featured: featured("2026-01-20") }),
    ]);
    expect(await standings({ period: "WEEK", on: "2026-01-09" })).toEqual([[1, "Twice", 4, "2026-01-06"]]);
    expect(await standings({ period: "MONTH", on: "2026-01-09" })).toEqual([[1, "Twice", 4, "2026-01-06"]]);
    expect(await standings({ period: "WEEK", on: "2026-01-20" })).toEqual([[1, "Twice", 4, "2026-01-20"]]);
    const { feed } = await api.data(FEED, { period: "MONTH", on: "2026-01-09" });
    expect(feed.papers.totalCount).toBe(1);
  });

  test("upvotes count from the period's first instant until 24 h after its last day", async () => {
    const paper = look({ title: "Voted", upvotes: 10, featured: featured("2026-01-06") });
    await importItems(db, [{ look: paper, notes: [] }]);
    const times = [
      "2026-01-05T23:59:59.999Z",
      "2026-01-06T00:00:00Z",
      "2026-01-07T23:59:59.999Z",
      "2026-01-08T00:00:00Z",
    ];
    for (const time of times) {
      await db.run(
        "with u as (insert into users (username) values ($1) returning id) insert into upvotes select u.id, p.id, $2 from u, papers p",
        [time, time],
      );
    }
    await rankFeeds(db, new Date());
    expect(await standings({ on: "2026-01-06" })).toEqual([[1, "Voted", 12, "2026-01-06"]]);
    expect(await standings({ period: "WEEK", on: "2026-01-06" })).toEqual([[1, "Voted", 14, "2026-01-06"]]);
  });

  test.each(["2025-13-01", "2025-02-30", "0000-01-01", "05.11.2025", "2025-11-05T00:00:00Z", 20251105])(
    "%j is refused as a Date, in a document and in a variable, with what would be right",
    async (on) => {
      const shown = JSON.stringify(on);
      const right = "It must be a day of the calendar as YYYY-MM-DD, e.g. 2026-10-07.";
      const literal = await api.ask(`{ feed(on: ${shown}) { key } }`);
      expect(literal.errors).toMatchObject([
        {
          message: `Expected value of type "Date", found ${shown}; ${right}`,
          locations: [{ line: 1, column: 12 }],
          extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
        },
      ]);
      const variable = await api.ask("query ($on: Date) { feed(on: $on) { key } }", { on });
      expect(variable.errors).toMatchObject([
        {
          message: `Variable "$on" got invalid value ${shown}; Expected type "Date". ${right}`,
          extensions: { code: "BAD_USER_INPUT" },
        },
      ]);
    },
  );

  test("a DateTime without its zone is refused, with what would be right", async () => {
    const { errors } = await api.ask(
      'mutation { createAccessToken(input: { name: "x", scopes: [], expiresAt: "2026-10-07T09:30:00" }) { secret } }',
    );
    expect(errors?.[0]?.message).toBe(
      'Expected value of type "DateTime", found "2026-10-07T09:30:00"; It must be an instant with its zone (RFC 3339), e.g. 2026-10-07T09:30:00Z.',
    );
  });

  test("a feed is final 24 h after its period's end", async () => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const days = [-2, -1, 0, 1].map(day);
    await importLooks(
      db,
      days.map((on) => look({ featured: featured(on) })),
    );
    const isFinal = async (on: string) => (await api.data(FEED, { on })).feed.isFinal;
    expect(await Promise.all(days.map(isFinal))).toEqual([true, false, false, false]);
  });

  test("a period that stayed without papers is final 24 h after its end too, until an import fills it", async () => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const isFinal = async (on: string, period = "DAY") => (await api.data(FEED, { on, period })).feed.isFinal;
    expect(await Promise.all([-2, -1, 0, 1].map((offset) => isFinal(day(offset))))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(await isFinal("2025-11-08", "WEEK")).toBe(true);
    expect(await isFinal("2025-11-08", "MONTH")).toBe(true);
    expect(await isFinal(day(0), "MONTH")).toBe(false);
    await importItems(db, [{ look: look({ title: "Late", featured: featured("2025-11-08") }), notes: [] }]);
    expect(await isFinal("2025-11-08")).toBe(false);
    await rankFeeds(db, new Date());
    expect(await isFinal("2025-11-08")).toBe(true);
    expect(await standings({ on: "2025-11-08" })).toEqual([[1, "Late", 0, "2025-11-08"]]);
  });

  test("previous and next skip periods without papers, also from an empty or future feed", async () => {
    await importLooks(
      db,
      ["2026-01-02", "2026-01-05", "2026-03-10"].map((on) => look({ featured: featured(on) })),
    );
    const neighbours = async (variables: object) => {
      const { feed } = await api.data(FEED, variables);
      return [feed.previous?.key ?? null, feed.next?.key ?? null];
    };
    expect(await neighbours({ on: "2026-01-05" })).toEqual(["2026-01-02", "2026-03-10"]);
    expect(await neighbours({ on: "2026-01-03" })).toEqual(["2026-01-02", "2026-01-05"]);
    expect(await neighbours({ period: "WEEK", on: "2026-01-05" })).toEqual(["2026-W01", "2026-W11"]);
    expect(await neighbours({ period: "MONTH", on: "2026-01-05" })).toEqual([null, "2026-03"]);
    expect(await neighbours({ on: "2030-01-01" })).toEqual(["2026-03-10", null]);
  });

  test("without `on`, the latest period that has papers", async () => {
    await importLooks(
      db,
      ["2026-01-02", "2026-03-10"].map((on) => look({ featured: featured(on) })),
    );
    expect((await api.data(FEED, { period: "MONTH" })).feed.key).toBe("2026-03");
    expect((await api.data(FEED, {})).feed.key).toBe("2026-03-10");
  });

  test("in an API without papers, today's feed is there and empty", async () => {
    expect((await api.data(FEED, {})).feed).toMatchObject({ papers: { totalCount: 0 }, previous: null, next: null });
  });

  test.each(["RANK", "FEATURED_AT", "PUBLISHED_AT", "COMMENTS"])(
    "%s: pages put together, both ways, are the whole feed, with ties",
    async (orderBy) => {
      await importLooks(
        db,
        Array.from({ length: 40 }, (_, i) =>
          look({
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
      const forward = await walkForward(api, walk, 7);
      expect(new Set(forward).size).toBe(40);
      expect(await walkForward(api, walk, 100)).toEqual(forward);
      expect(await walkBackward(api, walk, 7)).toEqual(forward);
    },
  );

  describe("the archive", () => {
    const ARCHIVE = `query ($period: FeedPeriod! = DAY, $from: Date, $to: Date, $first: Int, $after: String) {
      feeds(period: $period, from: $from, to: $to, first: $first, after: $after) {
        edges { cursor node { key papers(first: 2) { totalCount edges { rank node { title } } } } } ${pageFields}
      }
    }`;
    const days = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-01-05", "2026-02-10"];
    const keys = async (variables: object) => {
      const { feeds } = await api.data(ARCHIVE, variables);
      expect(feeds.totalCount).toBe(feeds.nodes.length);
      return feeds.edges.map((edge: { node: { key: string } }) => edge.node.key);
    };
    beforeEach(() =>
      importLooks(
        db,
        days.flatMap((on) =>
          [1, 2, 3].map((upvotes) => look({ title: `${on} ${upvotes}`, upvotes, featured: featured(on) })),
        ),
      ),
    );

    test("lists periods that have papers, newest first, within a range", async () => {
      expect(await keys({})).toEqual([...days].reverse());
      expect(await keys({ period: "WEEK" })).toEqual(["2026-W07", "2026-W02", "2026-W01"]);
      expect(await keys({ period: "MONTH" })).toEqual(["2026-02", "2026-01", "2025-12"]);
      expect(await keys({ from: "2026-01-01", to: "2026-01-05" })).toEqual(["2026-01-05", "2026-01-02", "2026-01-01"]);
      expect(await keys({ period: "MONTH", to: "2025-12-31" })).toEqual(["2025-12"]);
    });

    test("pages put together are the whole archive", async () => {
      const walk = { query: ARCHIVE, at: (data: { feeds: unknown }) => data.feeds };
      const ids = await walkForward(api, walk, 2);
      expect(ids.map((id) => Buffer.from(id, "base64url").toString())).toEqual(
        [...days].reverse().map((day) => `Feed:${day}`),
      );
    });

    test("the top papers of a page of feeds cost as many statements as those of one", async () => {
      const count = async (first: number) => {
        db.takeStatements();
        const { feeds } = await api.data(ARCHIVE, { first });
        expect(feeds.edges[0].node.papers).toMatchObject({ totalCount: 3, edges: [{ rank: 1 }, { rank: 2 }] });
        return db.takeStatements().length;
      };
      // What papers say is in memory then.
      await count(5);
      expect(await count(5)).toBe(await count(1));
    });

    test("a range turned round is BAD_USER_INPUT", async () => {
      const { errors } = await api.ask(ARCHIVE, { from: "2026-01-02", to: "2026-01-01" });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "from" } }]);
    });
  });
});
