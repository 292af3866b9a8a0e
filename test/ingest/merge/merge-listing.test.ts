import { rankFeeds } from "../../../src/feeds/rank-feeds.service";
import { mergeRecords } from "../../../src/ingest/merge/merge";
import { mergeListing } from "../../../src/ingest/merge/merge-listing";
import type { SourceRecord } from "../../../src/ingest/source-record";
import { readFeedChanged, readFeedNews } from "../../../src/live/feed-events.service";
import { encodeNodeId } from "../../../src/nodes/node-id";
import { standingsOf } from "../../feeds/standings";
import { featured, sourceRecord } from "../../support/factories";
import { useApi } from "../../support/use-api";

const DAY = "2100-01-06";
const NEXT = "2100-01-07";
/** While the feed of DAY is open. */
const now = new Date("2100-01-07T12:00:00Z");

describe("a day's list that is read again", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  /** Without the bounds of an import, which takes no days that are so far ahead. */
  const merge = (records: SourceRecord[]) => t.db.bulk((tx) => mergeRecords(tx, records));
  let hour = 0;
  const later = () => new Date(Date.UTC(2026, 0, 10, hour++));
  const listed = (title: string, on: string, over: Partial<SourceRecord> = {}) =>
    sourceRecord({ title, upvotes: 1, featured: { ...featured(on)!, listedBy: "huggingface" }, ...over });

  /** Reads the whole list of a day; gives the titles of the papers that left it. */
  async function read(day: string, titles: string[], observedAt = later()): Promise<string[]> {
    await merge(titles.map((title) => listed(title, day, { observedAt })));
    const ids = (await papersNow()).filter(({ title }) => titles.includes(title)).map(({ id }) => id);
    const listing = { source: "huggingface", day, observedAt, paperIds: ids } as const;
    const gone = await t.db.bulk((tx) => mergeListing(tx, listing));
    await rankFeeds(t.db, now);
    return (await papersNow()).filter(({ id }) => gone.includes(id)).map(({ title }) => title);
  }

  const papersNow = () =>
    t.db.run<{ id: number; title: string; on: string; updatedAt: Date; revision: string }>(
      'select id, title, featured_on as on, updated_at as "updatedAt", revision from papers order by title',
    );
  const titlesOf = async (variables: object) =>
    (await standingsOf(t, variables)).map(([, title]: [number, string]) => title);

  test.each([
    ["later", DAY, NEXT],
    ["earlier", NEXT, DAY],
  ])("moves a paper to the %s day on which its source lists it now, and again changes nothing", async (_, from, to) => {
    await read(from, ["stays", "moves"]);
    const [before] = await papersNow();
    expect(await read(to, ["moves"])).toEqual([]);
    expect(await read(from, ["stays"])).toEqual(["moves"]);
    expect(await titlesOf({ on: from })).toEqual(["stays"]);
    expect(await titlesOf({ on: to })).toEqual(["moves"]);
    expect(await titlesOf({ on: from, period: "MONTH" })).toEqual(expect.arrayContaining(["moves", "stays"]));
    const after = await papersNow();
    expect(after).toMatchObject([
      { title: "moves", on: to },
      { title: "stays", on: from },
    ]);
    expect(after[0]!.updatedAt).not.toEqual(before!.updatedAt);
    expect(BigInt(after[0]!.revision)).toBeGreaterThan(BigInt(before!.revision));
    expect(await read(from, ["stays"])).toEqual([]);
    expect(await papersNow()).toEqual(after);
  });

  test("leaves an empty feed that is not in the archive when all papers are gone, and fills it again", async () => {
    await read(DAY, ["a", "b"]);
    expect(await read(DAY, [])).toEqual(["a", "b"]);
    const feed = async () =>
      await t.api.data(`{ feed(on: "${DAY}") { isFinal papers { totalCount } } feeds { totalCount } }`);
    expect(await feed()).toEqual({ feed: { isFinal: false, papers: { totalCount: 0 } }, feeds: { totalCount: 0 } });
    expect(await titlesOf({ on: DAY, period: "WEEK" })).toEqual([]);
    expect(await papersNow()).toMatchObject([{ on: null }, { on: null }]);
    await rankFeeds(t.db, new Date("2100-03-01T00:00:00Z"));
    expect(await t.db.run("select from feed_rankings where is_final")).toEqual([]);
    await read(DAY, ["b"]);
    expect(await titlesOf({ on: DAY })).toEqual(["b"]);
    expect(await titlesOf({ on: DAY, period: "WEEK" })).toEqual(["b"]);
  });

  test("leaves what readers of a final feed saw", async () => {
    await read("2026-01-06", ["a", "b"]);
    expect(await read("2026-01-06", ["a"])).toEqual([]);
    expect(await titlesOf({ on: "2026-01-06" })).toEqual(["a", "b"]);
  });

  test.each(["before", "after"])("leaves papers that came to the day otherwise, %s it listed them", async (when) => {
    const other = () => merge([sourceRecord({ title: "a", featured: featured(DAY) })]);
    if (when === "before") await other();
    await read(DAY, ["a", "b"]);
    if (when === "after") await other();
    expect(await read(DAY, ["b"])).toEqual([]);
    expect(await titlesOf({ on: DAY })).toEqual(["a", "b"]);
  });

  test("goes by the latest reading, and takes out what one that broke off has found", async () => {
    await merge([listed("half", DAY, { observedAt: later() })]);
    const earlier = later();
    expect(await read(DAY, ["a"])).toEqual(["half"]);
    expect(await read(DAY, ["b"], earlier)).toEqual([]);
    expect(await titlesOf({ on: DAY })).toEqual(["a", "b"]);
    expect(await read(DAY, ["a"])).toEqual(["b"]);
  });

  test("is told once as a change of the papers that left, and as one of the feed", async () => {
    await read(DAY, ["a", "b"]);
    const page =
      "query ($after: String) { paperChanges(after: $after) { nodes { title featuredOn } pageInfo { endCursor } } }";
    const { endCursor: after } = (await t.api.data(page)).paperChanges.pageInfo;
    await read(DAY, ["a"]);
    const { nodes } = (await t.api.data(page, { after })).paperChanges;
    expect(nodes).toEqual([{ title: "b", featuredOn: null }]);
    const news = await readFeedNews(t.db, 0, Number.MAX_SAFE_INTEGER);
    const last = news.filter(({ period }) => period === "DAY").at(-1)!;
    const left = (await papersNow()).find(({ title }) => title === "b")!;
    expect((await readFeedChanged(t.db, last, last))?.moved).toEqual([
      { paperId: encodeNodeId("Paper", left.id), from: 2, to: null },
    ]);
  });
});
