import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { importItems } from "../../src/ingest/importer";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";
import { placesIn } from "./standings";

const FEED = `query ($period: FeedPeriod! = DAY, $on: Date, $orderBy: FeedOrder! = RANK, $first: Int, $after: String) {
  feed(period: $period, on: $on) { isFinal updatedAt
    papers(orderBy: $orderBy, first: $first, after: $after) { edges { rank upvotesInPeriod node { title upvoteCount } } ${pageFields} } } }`;
const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";

describe("rankings", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const today = () => new Date().toISOString().slice(0, 10);
  const at = (text: string) => new Date(text);
  const feed = async (variables: object) => (await t.api.data(FEED, variables)).feed;
  const standings = async (variables: object) => placesIn(await feed(variables));
  const arrange = (...papers: [title: string, upvotes: number, on: string][]) =>
    importItems(
      t.db,
      papers.map(([title, upvotes, on]) => ({
        record: sourceRecord({ title, upvotes, featured: featured(on) }),
        notes: [],
      })),
    );
  let voters = 0;
  const vote = async (title: string, count: number, time: string) => {
    await t.db.run(
      `with voters as (insert into users (username) select 'voter' || i from generate_series($2::int + 1, $2::int + $3::int) i returning id),
        cast_now as (insert into upvotes (user_id, paper_id, created_at) select v.id, p.id, $4 from voters v, papers p where p.title = $1 returning 1)
       update papers set upvote_count = upvote_count + $3 where title = $1`,
      [title, voters, count, time],
    );
    voters += count;
  };

  test("a clock that moves over a week's end makes the week final, and a month and a thousand votes later it is the same", async () => {
    await arrange(["a", 5, "2026-03-02"], ["b", 3, "2026-03-08"]);
    await vote("b", 3, "2026-03-09T20:00:00Z");
    const week = { period: "WEEK", on: "2026-03-02" };
    await rankFeeds(t.db, at("2026-03-09T23:59:59Z"));
    expect(await standings(week)).toEqual([
      [1, "b", 6],
      [2, "a", 5],
    ]);
    expect((await feed(week)).isFinal).toBe(false);
    expect((await feed({ on: "2026-03-02" })).isFinal).toBe(true);
    await vote("a", 2, "2026-03-09T23:59:59.999Z");
    // Votes that were cast in time may still be on their way: they are waited for.
    await rankFeeds(t.db, at("2026-03-10T00:00:09.999Z"));
    expect((await feed(week)).isFinal).toBe(false);
    await rankFeeds(t.db, at("2026-03-10T00:00:10Z"));
    const final = [
      [1, "a", 7],
      [2, "b", 6],
    ];
    expect(await standings(week)).toEqual(final);
    expect((await feed(week)).isFinal).toBe(true);
    await vote("b", 1000, "2026-03-20T00:00:00Z");
    await rankFeeds(t.db, at("2026-04-10T00:00:00Z"));
    expect(await standings(week)).toEqual(final);
    expect((await feed(week)).papers.edges[1].node.upvoteCount).toBe(1006);
  });

  test("late votes count for the paper only, and a newer record at import reorders nothing that is final", async () => {
    const paper = { arxivId: "2601.00001", title: "a", featured: featured("2026-01-06") };
    await importRecords(t.db, [
      sourceRecord({ ...paper, upvotes: 1 }),
      sourceRecord({ title: "b", upvotes: 5, featured: featured("2026-01-06") }),
    ]);
    await importRecords(t.db, [sourceRecord({ ...paper, upvotes: 99, observedAt: at("2026-02-01T00:00:00Z") })]);
    expect(await standings({ on: "2026-01-06" })).toEqual([
      [1, "b", 5],
      [2, "a", 1],
    ]);
    expect((await feed({ on: "2026-01-06" })).papers.edges[1].node.upvoteCount).toBe(99);
  });

  test("a paper that an import adds to a final feed is ranked last, whatever its votes", async () => {
    await importRecords(t.db, [sourceRecord({ title: "a", upvotes: 1, featured: featured("2026-01-06") })]);
    const before = (await feed({ on: "2026-01-06" })).updatedAt;
    await importRecords(t.db, [
      sourceRecord({ title: "late", upvotes: 50, featured: featured("2026-01-06") }),
      sourceRecord({ title: "later", upvotes: 60, featured: featured("2026-01-06") }),
    ]);
    expect(await standings({ on: "2026-01-06" })).toEqual([
      [1, "a", 1],
      [2, "later", 60],
      [3, "late", 50],
    ]);
    expect(await standings({ period: "MONTH", on: "2026-01-06" })).toEqual([
      [1, "a", 1],
      [2, "later", 60],
      [3, "late", 50],
    ]);
    expect((await feed({ on: "2026-01-06" })).updatedAt > before).toBe(true);
  });

  test("while an import goes on, no past feed closes half-filled", async () => {
    const runner = await t.db.pool.connect();
    await runner.query("select pg_advisory_lock_shared(hashtext('daily-papers importing'))");
    await arrange(["a", 1, "2026-01-06"], ["open", 1, today()]);
    await rankFeeds(t.db, new Date());
    expect(await standings({ on: "2026-01-06" })).toEqual([]);
    expect(await standings({ on: today() })).toEqual([[1, "open", 1]]);
    await arrange(["b", 2, "2026-01-06"]);
    await runner.query("select pg_advisory_unlock_shared(hashtext('daily-papers importing'))");
    runner.release();
    await rankFeeds(t.db, new Date());
    expect(await standings({ on: "2026-01-06" })).toEqual([
      [1, "b", 2],
      [2, "a", 1],
    ]);
  });

  test("ranking again, or many at once, changes nothing", async () => {
    await arrange(["a", 1, "2026-01-06"], ["b", 2, today()], ["c", 3, today()]);
    await Promise.all(Array.from({ length: 5 }, () => rankFeeds(t.db, new Date())));
    const count = async () => (await t.db.run<{ count: string }>("select count(*) from feed_rankings"))[0]!.count;
    const before = await count();
    expect(await rankFeeds(t.db, new Date())).toBe(false);
    expect(await count()).toBe(before);
    expect(Number(before)).toBeLessThanOrEqual(6);
  });

  test("an open feed shows a new vote when it is ranked again, and updatedAt moves", async () => {
    await importRecords(
      t.db,
      ["a", "b"].map((title) => sourceRecord({ title, featured: featured(today()) })),
    );
    const { papers, updatedAt } = await feed({ on: today() });
    await t.api.data(UPVOTE, { id: papers.nodes[1].id }, await signIn(t.db, "ada"));
    expect(await rankFeeds(t.db, new Date())).toBe(true);
    expect(await standings({ on: today() })).toEqual([
      [1, "b", 1],
      [2, "a", 0],
    ]);
    expect((await feed({ on: today() })).updatedAt > updatedAt).toBe(true);
  });

  const PAPERS = 120;
  const VOTERS = 20;
  test.each(["RANK", "FEATURED_AT", "COMMENTS"])(
    `%s: a reader who pages through an open feed of ${PAPERS} papers while ${VOTERS} voters vote sees each paper once`,
    async (orderBy) => {
      await importRecords(
        t.db,
        Array.from({ length: PAPERS }, (_, i) => sourceRecord({ upvotes: i % 7, featured: featured(today()) })),
      );
      const tokens = await Promise.all(Array.from({ length: VOTERS }, (_, i) => signIn(t.db, `reader${i}`)));
      const ids = await walkForward(
        t.api,
        { query: FEED, at: (data) => data.feed.papers, variables: { on: today() } },
        100,
      );
      let reading = true;
      const voting = (async () => {
        for (let round = 0; reading; round++) {
          const votes = tokens.map((token, i) =>
            t.api.data(UPVOTE, { id: ids[(round * 37 + i * 11) % PAPERS] }, token),
          );
          await Promise.all(votes);
          await rankFeeds(t.db, new Date());
        }
      })();
      const seen = await walkForward(
        t.api,
        { query: FEED, at: (data) => data.feed.papers, variables: { on: today(), orderBy } },
        9,
      );
      reading = false;
      await voting;
      expect(seen).toHaveLength(PAPERS);
      expect(new Set(seen).size).toBe(PAPERS);
    },
  );

  test("a cursor holds for two hours after its ranking was replaced, however long that had stood; then it is an error", async () => {
    await importRecords(
      t.db,
      ["a", "b"].map((title) => sourceRecord({ title, featured: featured(today()) })),
    );
    const first = await feed({ on: today(), first: 1 });
    await t.db.run("update feed_rankings set made_at = now() - interval '3 hours'");
    await vote("b", 1, new Date().toISOString());
    await rankFeeds(t.db, new Date());
    const second = await feed({ on: today(), first: 1, after: first.papers.pageInfo.endCursor });
    expect(second.papers.edges[0].node.title).not.toBe(first.papers.edges[0].node.title);
    await t.db.run("update feed_rankings set made_at = now() - interval '2 hours'");
    await rankFeeds(t.db, new Date());
    const { errors } = await t.api.ask(FEED, { on: today(), first: 1, after: first.papers.pageInfo.endCursor });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining("too old"),
      extensions: { code: "BAD_USER_INPUT", argument: "after" },
    });
  });

  test("standings tell a paper's day, week and month ranks, for a page in one statement", async () => {
    const paper = { arxivId: "2601.00001", title: "a", upvotes: 2 };
    await importRecords(t.db, [
      sourceRecord({ ...paper, featured: featured("2026-01-06") }),
      sourceRecord({ ...paper, featured: featured("2026-02-10") }),
      sourceRecord({ title: "b", upvotes: 9, featured: featured("2026-01-06") }),
      sourceRecord({ title: "never" }),
    ]);
    const query = "{ papers { nodes { title standings { rank upvotesInPeriod feed { period key } } } } }";
    // What papers say is in memory then.
    await t.api.data(query);
    t.db.takeStatements();
    const { papers } = await t.api.data(query);
    expect(t.db.takeStatements()).toHaveLength(2);
    const of = (title: string) =>
      papers.nodes
        .find((node: { title: string }) => node.title === title)
        .standings.map(({ rank, feed: { key } }: { rank: number; feed: { key: string } }) => `${key} ${rank}`);
    expect(of("a")).toEqual(["2026-02-10 1", "2026-W07 1", "2026-02 1", "2026-01-06 2", "2026-W02 2", "2026-01 2"]);
    expect(of("never")).toEqual([]);
  });
});
