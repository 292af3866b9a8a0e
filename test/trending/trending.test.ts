import { Slice } from "../../src/db/keyset";
import { sql } from "../../src/db/sql";
import type { SourceRecord } from "../../src/ingest/source-record";
import { createPaperReader } from "../../src/papers/paper-reader";
import { recomputeScores } from "../../src/trending/trending.scoring";
import { listTrending, trendingOrder } from "../../src/trending/trending.service";
import { TrendingWindow } from "../../src/trending/window";
import { runUserCommand } from "../../src/users/user-command";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";
import { effective, expectScoresToAddUp, HALF_LIFE_HOURS, HOUR, votesOf } from "./effective-votes";

const TRENDING = `query ($window: TrendingWindow! = WEEK, $filter: PaperFilter, $first: Int, $after: String) {
  trendingPapers(window: $window, filter: $filter, first: $first, after: $after) { ${pageFields} edges { rank score node { title } } } }`;
const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
const REMOVE = "mutation ($id: ID!) { removePaperUpvote(input: { paperId: $id }) { changed } }";

describe("trending", () => {
  const t = useApi();
  afterEach(async () => {
    await expectScoresToAddUp(t.db);
    await t.db.reset();
  });

  const titles = async (variables: object = {}) =>
    (await t.api.data(TRENDING, variables)).trendingPapers.edges.map(
      (edge: { node: { title: string } }) => edge.node.title,
    );
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR);
  /** A paper whose imported votes count as cast some hours ago. */
  const voted = (title: string, upvotes: number, hours: number): SourceRecord =>
    sourceRecord({
      title,
      upvotes,
      arxivId: `2601.${10_000 + title.charCodeAt(0)}`,
      featured: featured("2026-01-06"),
      observedAt: hoursAgo(hours),
    });
  const moveImportedVotes = (title: string, hours: number) =>
    t.db.run(
      `with moved as (update imported_votes v set cast_at = $2 from papers p where p.id = v.paper_id and p.title = $1 returning v.paper_id)
       select * from moved`,
      [title, hoursAgo(hours)],
    );
  /** Dates the imported votes and renews the scores, as an import at that time would have. */
  const arrange = async (...papers: [title: string, upvotes: number, hours: number][]) => {
    await importRecords(
      t.db,
      papers.map(([title, upvotes, hours]) => voted(title, upvotes, hours)),
    );
    for (const [title, , hours] of papers) await moveImportedVotes(title, hours);
    const ids = (await t.db.run<{ id: number }>("select id from papers")).map((row) => row.id);
    await t.db.transaction((tx) => tx.query(recomputeScores(ids)));
  };

  test("counts fresh votes more; each window has its own patience", async () => {
    await arrange(["old", 40, 96], ["fresh", 10, 1]);
    expect(await titles({ window: "DAY" })).toEqual(["fresh"]);
    expect(await titles()).toEqual(["old", "fresh"]);
    expect(await titles({ window: "MONTH" })).toEqual(["old", "fresh"]);
    expect(await titles({ window: "QUARTER" })).toEqual(["old", "fresh"]);
  });

  test("leaves out withdrawn papers, which take no rank", async () => {
    await arrange(["a", 8, 48], ["b", 3, 0], ["c", 7, 48]);
    await t.db.run("update papers set withdrawn_at = now() where title = 'a'");
    const { trendingPapers } = await t.api.data(TRENDING);
    expect(trendingPapers).toMatchObject({
      totalCount: 2,
      edges: [
        { rank: 1, node: { title: "c" } },
        { rank: 2, node: { title: "b" } },
      ],
    });
  });

  test("shows effective votes and the rank in the unfiltered list", async () => {
    await arrange(["a", 8, 48], ["b", 3, 0], ["c", 7, 48]);
    const { trendingPapers } = await t.api.data(TRENDING);
    expect(trendingPapers.totalCount).toBe(3);
    const round = (score: number) => Math.round(score * 100) / 100;
    type Edge = { rank: number; score: number; node: { title: string } };
    expect(trendingPapers.edges.map((edge: Edge) => [edge.rank, edge.node.title, round(edge.score)])).toEqual([
      [1, "a", 4],
      [2, "c", 3.5],
      [3, "b", 3],
    ]);
    const filtered = await t.api.data(TRENDING, { filter: { minUpvotes: 4, keywords: ["c"] } });
    expect(filtered.trendingPapers.edges).toMatchObject([{ rank: 2, node: { title: "c" } }]);
  });

  test("guards the entry: 3 votes, worth 1.5 now", async () => {
    await arrange(["two fresh", 2, 0], ["faded", 3, 60], ["just", 3, 40]);
    expect(await titles()).toEqual(["just"]);
  });

  test("dates imported votes: the first at noon of the feed day, what comes later at its record; a lower number takes the latest away", async () => {
    const paper = { arxivId: "2601.00001", title: "Seen", publishedOn: "2026-01-05" };
    const dated = async () => (await votesOf(t.db)).map(({ castAt, votes }) => [castAt.toISOString(), votes]).sort();
    await importRecords(t.db, [
      sourceRecord({
        ...paper,
        upvotes: 2,
        observedAt: new Date("2026-01-06T20:00:00Z"),
        featured: featured("2026-01-06"),
      }),
    ]);
    expect(await dated()).toEqual([["2026-01-06T12:00:00.000Z", 2]]);
    await importRecords(t.db, [
      sourceRecord({
        ...paper,
        upvotes: 42,
        observedAt: new Date("2026-01-16T09:00:00Z"),
        featured: featured("2026-01-16"),
      }),
    ]);
    await importRecords(t.db, [sourceRecord({ ...paper, upvotes: 50, observedAt: new Date("2026-01-17T09:00:00Z") })]);
    expect(await dated()).toEqual([
      ["2026-01-06T12:00:00.000Z", 2],
      ["2026-01-16T09:00:00.000Z", 40],
      ["2026-01-17T09:00:00.000Z", 8],
    ]);
    await importRecords(t.db, [sourceRecord({ ...paper, upvotes: 12, observedAt: new Date("2026-01-18T09:00:00Z") })]);
    expect(await dated()).toEqual([
      ["2026-01-06T12:00:00.000Z", 2],
      ["2026-01-16T09:00:00.000Z", 10],
    ]);
    await importRecords(t.db, [sourceRecord({ ...paper, upvotes: 0, observedAt: new Date("2026-01-19T09:00:00Z") })]);
    expect(await dated()).toEqual([]);
  });

  test("a paper never featured counts from its publication day; one first seen without votes from the record that saw them", async () => {
    await importRecords(t.db, [
      sourceRecord({ arxivId: "2601.00001", title: "A", publishedOn: "2026-01-05", upvotes: 3 }),
    ]);
    const zero = { arxivId: "2601.00002", title: "B", featured: featured("2026-01-06") };
    await importRecords(t.db, [sourceRecord({ ...zero, upvotes: 0, observedAt: new Date("2026-01-06T01:00:00Z") })]);
    await importRecords(t.db, [sourceRecord({ ...zero, upvotes: 4, observedAt: new Date("2026-01-06T09:00:00Z") })]);
    const dates = (await votesOf(t.db)).map((vote) => vote.castAt.toISOString()).sort();
    expect(dates).toEqual(["2026-01-05T12:00:00.000Z", "2026-01-06T09:00:00.000Z"]);
  });

  test("votes here count at once, also on an old paper, and are taken away exactly", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Rediscovered", upvotes: 100, publishedOn: "2020-01-05" })]);
    const { papers } = await t.api.data("{ papers { nodes { id } } }");
    const { id } = papers.nodes[0];
    const tokens = await Promise.all(Array.from({ length: 5 }, (_, i) => signIn(t.db, `user${i}`)));
    expect(await titles()).toEqual([]);
    await Promise.all(tokens.map((token) => t.api.data(UPVOTE, { id }, token)));
    expect(await titles()).toEqual(["Rediscovered"]);
    await expectScoresToAddUp(t.db);
    await Promise.all(tokens.slice(0, 3).map((token) => t.api.data(REMOVE, { id }, token)));
    await expectScoresToAddUp(t.db);
    await runUserCommand(t.db, ["delete", "user4"]);
    expect(await titles()).toEqual([]);
  });

  test("votes and removals of one paper at the same time leave the exact score", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Hot" })]);
    const { id } = (await t.api.data("{ papers { nodes { id } } }")).papers.nodes[0];
    const tokens = await Promise.all(Array.from({ length: 40 }, (_, i) => signIn(t.db, `user${i}`)));
    await Promise.all(tokens.slice(0, 20).map((token) => t.api.data(UPVOTE, { id }, token)));
    await Promise.all(tokens.map((token, i) => t.api.data(i < 20 ? REMOVE : UPVOTE, { id }, token)));
    expect((await votesOf(t.db)).length).toBe(20);
  });

  test.each(Object.values(TrendingWindow))(
    "%s: the stored order is the order of the plain sum, at any later time",
    async (window) => {
      let seed = 20_261_124;
      const random = () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      };
      await importRecords(
        t.db,
        Array.from({ length: 60 }, (_, i) => sourceRecord({ title: `P${i}` })),
      );
      await t.db.run("insert into users (username) select 'u' || i from generate_series(1, 40) i");
      const papers = (await t.db.run<{ id: number }>("select id from papers")).map((row) => row.id);
      const users = (await t.db.run<{ id: number }>("select id from users")).map((row) => row.id);
      const start = Date.parse("2026-03-01T00:00:00Z");
      const cast = papers.flatMap((paper) =>
        users.slice(0, 3 + Math.floor(random() * 20)).map((user) => {
          const at = new Date(start + Math.floor(random() * HALF_LIFE_HOURS[window] * 4 * HOUR));
          return { user, paper, at };
        }),
      );
      await t.db.run(
        "insert into upvotes (user_id, paper_id, created_at) select * from unnest($1::int[], $2::int[], $3::timestamptz[])",
        [cast.map(({ user }) => user), cast.map(({ paper }) => paper), cast.map(({ at }) => at)],
      );
      await t.db.run("update papers p set upvote_count = (select count(*) from upvotes u where u.paper_id = p.id)");
      await t.db.transaction((tx) => tx.query(recomputeScores(papers)));
      const votes = await votesOf(t.db);
      const end = start + HALF_LIFE_HOURS[window] * 4 * HOUR;
      for (const later of [0, 0.3, 1]) {
        const at = new Date(end + later * HALF_LIFE_HOURS[window] * HOUR);
        const slice = new Slice(trendingOrder(window), { limit: 100, backward: false, from: null });
        const listed = await listTrending(createPaperReader(t.db), window, at, sql`true`, slice);
        const sums = papers
          .map((id) => ({
            id,
            sum: effective(votes, id, window, at),
            votes: votes.filter((vote) => vote.paperId === id).length,
          }))
          .filter(({ sum, votes: n }) => sum >= 1.5 && n >= 3)
          .sort((a, b) => b.sum - a.sum || b.id - a.id);
        expect(listed.map((row) => row.rowId)).toEqual(sums.map((row) => row.id));
        expect(listed.map((row) => row.rank)).toEqual(sums.map((_, i) => i + 1));
        for (const [i, row] of listed.entries()) expect(row.score).toBeCloseTo(sums[i]!.sum, 6);
      }
    },
  );

  test("imported votes count from noon of the feed day, or from when they were seen before that", async () => {
    const seen = (time: string) =>
      sourceRecord({ title: time, upvotes: 1, featured: featured("2026-01-06"), observedAt: new Date(time) });
    await importRecords(t.db, [seen("2026-01-06T03:00:00Z"), seen("2026-01-06T18:00:00Z")]);
    const rows = await t.db.run<{ cast_at: Date }>("select cast_at from imported_votes order by cast_at");
    expect(rows.map((row) => row.cast_at.toISOString())).toEqual([
      "2026-01-06T03:00:00.000Z",
      "2026-01-06T12:00:00.000Z",
    ]);
  });

  test("pages put together are the whole list, with ties", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 30 }, () =>
        sourceRecord({ upvotes: 5, featured: featured(new Date().toISOString().slice(0, 10)), observedAt: new Date() }),
      ),
    );
    const walk = { query: TRENDING, at: (data: { trendingPapers: unknown }) => data.trendingPapers };
    const forward = await walkForward(t.api, walk, 7);
    expect(new Set(forward).size).toBe(30);
    expect(await walkForward(t.api, walk, 100)).toEqual(forward);
  });
});
