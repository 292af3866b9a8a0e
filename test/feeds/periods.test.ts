import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";
import { FEED, standingsOf } from "./standings";

describe("feeds", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const standings = (variables: object) => standingsOf(t, variables);

  test.each([
    ["DAY", "2025-12-31", "2025-12-31", "2025-12-31", "2025-12-31"],
    ["WEEK", "2025-12-31", "2026-W01", "2025-12-29", "2026-01-04"],
    ["WEEK", "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03"],
    ["WEEK", "0001-01-01", "0001-W01", "0001-01-01", "0001-01-07"],
    ["MONTH", "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"],
    ["WEEK", "9999-12-26", "9999-W51", "9999-12-20", "9999-12-26"],
  ])("the %s of %s is %s, from %s to %s, empty or not", async (period, on, key, startDate, endDate) => {
    const { feed } = await t.api.data(FEED, { period, on });
    expect(feed).toMatchObject({ key, startDate, endDate, updatedAt: null, papers: { totalCount: 0 } });
  });

  test("a day too far away is BAD_USER_INPUT", async () => {
    const { errors } = await t.api.ask(FEED, { on: "9999-12-31" });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "on" } }]);
  });

  test.each(["2025-13-01", "2025-02-30", "0000-01-01", "05.11.2025", "2025-11-05T00:00:00Z", 20251105])(
    "%j is refused as a Date, in a document and in a variable, with what would be right",
    async (on) => {
      const shown = JSON.stringify(on);
      const right = "It must be a calendar day as YYYY-MM-DD, e.g. 2026-10-07.";
      const literal = await t.api.ask(`{ feed(on: ${shown}) { key } }`);
      expect(literal.errors).toMatchObject([
        {
          message: `Expected value of type "Date", found ${shown}; ${right}`,
          locations: [{ line: 1, column: 12 }],
          extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
        },
      ]);
      const variable = await t.api.ask("query ($on: Date) { feed(on: $on) { key } }", { on });
      expect(variable.errors).toMatchObject([
        {
          message: `Variable "$on" got invalid value ${shown}; Expected type "Date". ${right}`,
          extensions: { code: "BAD_USER_INPUT" },
        },
      ]);
    },
  );

  test("a DateTime without its zone is refused, with what would be right", async () => {
    const { errors } = await t.api.ask(
      'mutation { createAccessToken(input: { name: "x", scopes: [], expiresAt: "2026-10-07T09:30:00" }) { secret } }',
    );
    expect(errors?.[0]?.message).toBe(
      'Expected value of type "DateTime", found "2026-10-07T09:30:00"; It must be an instant with a time zone (RFC 3339), e.g. 2026-10-07T09:30:00Z.',
    );
  });

  test("a feed is final 24 h after its period's end", async () => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const days = [-2, -1, 0, 1].map(day);
    await importRecords(
      t.db,
      days.map((on) => sourceRecord({ featured: featured(on) })),
    );
    const isFinal = async (on: string) => (await t.api.data(FEED, { on })).feed.isFinal;
    expect(await Promise.all(days.map(isFinal))).toEqual([true, false, false, false]);
  });

  test("a period that stayed without papers is final 24 h after its end too, until an import fills it", async () => {
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const isFinal = async (on: string, period = "DAY") => (await t.api.data(FEED, { on, period })).feed.isFinal;
    expect(await Promise.all([-2, -1, 0, 1].map((offset) => isFinal(day(offset))))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(await isFinal("2025-11-08", "WEEK")).toBe(true);
    expect(await isFinal("2025-11-08", "MONTH")).toBe(true);
    expect(await isFinal(day(0), "MONTH")).toBe(false);
    await importItems(t.db, [{ record: sourceRecord({ title: "Late", featured: featured("2025-11-08") }), notes: [] }]);
    expect(await isFinal("2025-11-08")).toBe(false);
    await rankFeeds(t.db, new Date());
    expect(await isFinal("2025-11-08")).toBe(true);
    expect(await standings({ on: "2025-11-08" })).toEqual([[1, "Late", 0, "2025-11-08"]]);
  });

  test("previous and next skip periods without papers, also from an empty or future feed", async () => {
    await importRecords(
      t.db,
      ["2026-01-02", "2026-01-05", "2026-03-10"].map((on) => sourceRecord({ featured: featured(on) })),
    );
    const neighbours = async (variables: object) => {
      const { feed } = await t.api.data(FEED, variables);
      return [feed.previous?.key ?? null, feed.next?.key ?? null];
    };
    expect(await neighbours({ on: "2026-01-05" })).toEqual(["2026-01-02", "2026-03-10"]);
    expect(await neighbours({ on: "2026-01-03" })).toEqual(["2026-01-02", "2026-01-05"]);
    expect(await neighbours({ period: "WEEK", on: "2026-01-05" })).toEqual(["2026-W01", "2026-W11"]);
    expect(await neighbours({ period: "MONTH", on: "2026-01-05" })).toEqual([null, "2026-03"]);
    expect(await neighbours({ on: "2030-01-01" })).toEqual(["2026-03-10", null]);
  });

  test("without `on`, the latest period that has papers", async () => {
    await importRecords(
      t.db,
      ["2026-01-02", "2026-03-10"].map((on) => sourceRecord({ featured: featured(on) })),
    );
    expect((await t.api.data(FEED, { period: "MONTH" })).feed.key).toBe("2026-03");
    expect((await t.api.data(FEED, {})).feed.key).toBe("2026-03-10");
  });

  test("in an API without papers, today's feed is there and empty", async () => {
    expect((await t.api.data(FEED, {})).feed).toMatchObject({ papers: { totalCount: 0 }, previous: null, next: null });
  });

  describe("the archive", () => {
    const ARCHIVE = `query ($period: FeedPeriod! = DAY, $from: Date, $to: Date, $first: Int, $after: String) {
      feeds(period: $period, from: $from, to: $to, first: $first, after: $after) {
        edges { cursor node { key papers(first: 2) { totalCount edges { rank node { title } } } } } ${pageFields}
      }
    }`;
    const days = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-01-05", "2026-02-10"];
    const keys = async (variables: object) => {
      const { feeds } = await t.api.data(ARCHIVE, variables);
      expect(feeds.totalCount).toBe(feeds.nodes.length);
      return feeds.edges.map((edge: { node: { key: string } }) => edge.node.key);
    };
    beforeEach(() =>
      importRecords(
        t.db,
        days.flatMap((on) =>
          [1, 2, 3].map((upvotes) => sourceRecord({ title: `${on} ${upvotes}`, upvotes, featured: featured(on) })),
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
      const ids = await walkForward(t.api, walk, 2);
      expect(ids.map((id) => Buffer.from(id, "base64url").toString())).toEqual(
        [...days].reverse().map((day) => `Feed:${day}`),
      );
    });

    test("the top papers of a page of feeds cost as many statements as those of one", async () => {
      const count = async (first: number) => {
        t.db.takeStatements();
        const { feeds } = await t.api.data(ARCHIVE, { first });
        expect(feeds.edges[0].node.papers).toMatchObject({ totalCount: 3, edges: [{ rank: 1 }, { rank: 2 }] });
        return t.db.takeStatements().length;
      };
      // What papers say is in memory then.
      await count(5);
      expect(await count(5)).toBe(await count(1));
    });

    test("a range turned round is BAD_USER_INPUT", async () => {
      const { errors } = await t.api.ask(ARCHIVE, { from: "2026-01-02", to: "2026-01-01" });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "from" } }]);
    });
  });
});
