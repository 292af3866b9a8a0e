import { Slice } from "../src/db/keyset";
import { sql } from "../src/db/sql";
import type { PaperLook } from "../src/ingest/look";
import { createPaperReader } from "../src/papers/paper-reader";
import { recomputeScores } from "../src/trending/trending.scoring";
import { listTrending, trendingOrder } from "../src/trending/trending.service";
import { TrendingWindow } from "../src/trending/window";
import { runUserCommand } from "../src/users/user-command";
import { startApi, type TestApi } from "./support/api";
import { withDataSource } from "./support/data-source";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { featured, importLooks, look, signIn } from "./support/factories";
import { pageFields, walkForward } from "./support/paging";

const HOUR = 3_600_000;
const HALF_LIFE_HOURS = { DAY: 12, WEEK: 48, MONTH: 168, QUARTER: 504 };
const TRENDING = `query ($window: TrendingWindow! = WEEK, $filter: PaperFilter, $first: Int, $after: String) {
  trendingPapers(window: $window, filter: $filter, first: $first, after: $after) { ${pageFields} edges { rank score node { title } } } }`;
const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }";
const REMOVE = "mutation ($id: ID!) { removePaperUpvote(input: { paperId: $id }) { changed } }";

interface Vote {
  paperId: number;
  castAt: Date;
  votes: number;
}

describe("trending", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterEach(async () => {
    await expectScoresToAddUp();
    await db.reset();
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const votesOf = () =>
    db.run<Vote>(`select paper_id as "paperId", cast_at as "castAt", votes from imported_votes
      union all select paper_id, created_at, 1 from upvotes`);

  /** The plain sum over a paper's votes: what the stored score stands for. */
  const effective = (votes: Vote[], paperId: number, window: TrendingWindow, at: Date) =>
    votes
      .filter((vote) => vote.paperId === paperId)
      .reduce(
        (sum, { castAt, votes: n }) =>
          sum + n * 2 ** (-(at.getTime() - castAt.getTime()) / (HALF_LIFE_HOURS[window] * HOUR)),
        0,
      );

  /** Every stored score is the plain sum over the paper's votes, and the imported votes sum up to the imported count. */
  async function expectScoresToAddUp() {
    expect(
      await db.run(`select id from papers p where imported_upvotes <>
        (select coalesce(sum(votes), 0) from imported_votes v where v.paper_id = p.id)`),
    ).toEqual([]);
    const votes = await votesOf();
    const rows = await db.run<{ paper_id: number; votes: number; [score: string]: number }>(
      "select * from trending_scores",
    );
    expect(rows.map((row) => row.paper_id).sort()).toEqual([...new Set(votes.map((vote) => vote.paperId))].sort());
    const landmark = Date.parse("2020-01-01T00:00:00Z");
    for (const row of rows) {
      expect(row.votes).toBe(
        votes.filter((vote) => vote.paperId === row.paper_id).reduce((sum, vote) => sum + vote.votes, 0),
      );
      for (const window of Object.values(TrendingWindow)) {
        const score = row[`${window.toLowerCase()}_score`]!;
        const newest = Math.max(
          ...votes.filter((vote) => vote.paperId === row.paper_id).map((vote) => vote.castAt.getTime()),
        );
        const age = (newest - landmark) / (HALF_LIFE_HOURS[window] * HOUR);
        expect(2 ** (score - age)).toBeCloseTo(effective(votes, row.paper_id, window, new Date(newest)), 6);
      }
    }
  }

  const titles = async (variables: object = {}) =>
    (await api.data(TRENDING, variables)).trendingPapers.edges.map(
      (edge: { node: { title: string } }) => edge.node.title,
    );
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR);
  /** A paper whose imported votes count as cast some hours ago. */
  const voted = (title: string, upvotes: number, hours: number): PaperLook =>
    look({
      title,
      upvotes,
      arxivId: `2601.${10_000 + title.charCodeAt(0)}`,
      featured: featured("2026-01-06"),
      seenAt: hoursAgo(hours),
    });
  const moveImportedVotes = (title: string, hours: number) =>
    db.run(
      `with moved as (update imported_votes v set cast_at = $2 from papers p where p.id = v.paper_id and p.title = $1 returning v.paper_id)
       select * from moved`,
      [title, hoursAgo(hours)],
    );
  /** Dates the imported votes and renews the scores, as an import at that time would have. */
  const arrange = async (...papers: [title: string, upvotes: number, hours: number][]) => {
    await importLooks(
      db,
      papers.map(([title, upvotes, hours]) => voted(title, upvotes, hours)),
    );
    for (const [title, , hours] of papers) await moveImportedVotes(title, hours);
    const ids = (await db.run<{ id: number }>("select id from papers")).map((row) => row.id);
    await db.transaction((tx) => tx.read(recomputeScores(ids)));
  };

  test("counts fresh votes more; each window has its own patience", async () => {
    await arrange(["old", 40, 96], ["fresh", 10, 1]);
    expect(await titles({ window: "DAY" })).toEqual(["fresh"]);
    expect(await titles()).toEqual(["old", "fresh"]);
    expect(await titles({ window: "MONTH" })).toEqual(["old", "fresh"]);
    expect(await titles({ window: "QUARTER" })).toEqual(["old", "fresh"]);
  });

  test("shows effective votes and the rank in the unfiltered list", async () => {
    await arrange(["a", 8, 48], ["b", 3, 0], ["c", 7, 48]);
    const { trendingPapers } = await api.data(TRENDING);
    expect(trendingPapers.totalCount).toBe(3);
    const round = (score: number) => Math.round(score * 100) / 100;
    type Edge = { rank: number; score: number; node: { title: string } };
    expect(trendingPapers.edges.map((edge: Edge) => [edge.rank, edge.node.title, round(edge.score)])).toEqual([
      [1, "a", 4],
      [2, "c", 3.5],
      [3, "b", 3],
    ]);
    const filtered = await api.data(TRENDING, { filter: { minUpvotes: 4, keywords: ["c"] } });
    expect(filtered.trendingPapers.edges).toMatchObject([{ rank: 2, node: { title: "c" } }]);
  });

  test("guards the entry: 3 votes, worth 1.5 now", async () => {
    await arrange(["two fresh", 2, 0], ["faded", 3, 60], ["just", 3, 40]);
    expect(await titles()).toEqual(["just"]);
  });

  test("dates imported votes: the first at noon of the feed day, what comes later at its look; a lower number takes the latest away", async () => {
    const paper = { arxivId: "2601.00001", title: "Seen", publishedOn: "2026-01-05" };
    const dated = async () => (await votesOf()).map(({ castAt, votes }) => [castAt.toISOString(), votes]).sort();
    await importLooks(db, [
      look({ ...paper, upvotes: 2, seenAt: new Date("2026-01-06T20:00:00Z"), featured: featured("2026-01-06") }),
    ]);
    expect(await dated()).toEqual([["2026-01-06T12:00:00.000Z", 2]]);
    await importLooks(db, [
      look({ ...paper, upvotes: 42, seenAt: new Date("2026-01-16T09:00:00Z"), featured: featured("2026-01-16") }),
    ]);
    await importLooks(db, [look({ ...paper, upvotes: 50, seenAt: new Date("2026-01-17T09:00:00Z") })]);
    expect(await dated()).toEqual([
      ["2026-01-06T12:00:00.000Z", 2],
      ["2026-01-16T09:00:00.000Z", 40],
      ["2026-01-17T09:00:00.000Z", 8],
    ]);
    await importLooks(db, [look({ ...paper, upvotes: 12, seenAt: new Date("2026-01-18T09:00:00Z") })]);
    expect(await dated()).toEqual([
      ["2026-01-06T12:00:00.000Z", 2],
      ["2026-01-16T09:00:00.000Z", 10],
    ]);
    await importLooks(db, [look({ ...paper, upvotes: 0, seenAt: new Date("2026-01-19T09:00:00Z") })]);
    expect(await dated()).toEqual([]);
  });

  test("a paper never featured counts from its publication day; one first seen without votes from the look that saw them", async () => {
    await importLooks(db, [look({ arxivId: "2601.00001", title: "A", publishedOn: "2026-01-05", upvotes: 3 })]);
    const zero = { arxivId: "2601.00002", title: "B", featured: featured("2026-01-06") };
    await importLooks(db, [look({ ...zero, upvotes: 0, seenAt: new Date("2026-01-06T01:00:00Z") })]);
    await importLooks(db, [look({ ...zero, upvotes: 4, seenAt: new Date("2026-01-06T09:00:00Z") })]);
    const dates = (await votesOf()).map((vote) => vote.castAt.toISOString()).sort();
    expect(dates).toEqual(["2026-01-05T12:00:00.000Z", "2026-01-06T09:00:00.000Z"]);
  });

  test("votes here count at once, also on an old paper, and are taken away exactly", async () => {
    await importLooks(db, [look({ title: "Rediscovered", upvotes: 100, publishedOn: "2020-01-05" })]);
    const { papers } = await api.data("{ papers { nodes { id } } }");
    const { id } = papers.nodes[0];
    const tokens = await Promise.all(Array.from({ length: 5 }, (_, i) => signIn(db, `user${i}`)));
    expect(await titles()).toEqual([]);
    await Promise.all(tokens.map((token) => api.data(UPVOTE, { id }, token)));
    expect(await titles()).toEqual(["Rediscovered"]);
    await expectScoresToAddUp();
    await Promise.all(tokens.slice(0, 3).map((token) => api.data(REMOVE, { id }, token)));
    await expectScoresToAddUp();
    await runUserCommand(db, ["delete", "user4"]);
    expect(await titles()).toEqual([]);
  });

  test("votes and removals of one paper at the same time leave the exact score", async () => {
    await importLooks(db, [look({ title: "Hot" })]);
    const { id } = (await api.data("{ papers { nodes { id } } }")).papers.nodes[0];
    const tokens = await Promise.all(Array.from({ length: 40 }, (_, i) => signIn(db, `user${i}`)));
    await Promise.all(tokens.slice(0, 20).map((token) => api.data(UPVOTE, { id }, token)));
    await Promise.all(tokens.map((token, i) => api.data(i < 20 ? REMOVE : UPVOTE, { id }, token)));
    expect((await votesOf()).length).toBe(20);
  });

  test.each(Object.values(TrendingWindow))(
    "%s: the stored order is the order of the plain sum, at any later time",
    async (window) => {
      let seed = 20_261_124;
      const random = () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      };
      await importLooks(
        db,
        Array.from({ length: 60 }, (_, i) => look({ title: `P${i}` })),
      );
      await db.run("insert into users (username) select 'u' || i from generate_series(1, 40) i");
      const papers = (await db.run<{ id: number }>("select id from papers")).map((row) => row.id);
      const users = (await db.run<{ id: number }>("select id from users")).map((row) => row.id);
      const start = Date.parse("2026-03-01T00:00:00Z");
      const cast = papers.flatMap((paper) =>
        users.slice(0, 3 + Math.floor(random() * 20)).map((user) => {
          const at = new Date(start + Math.floor(random() * HALF_LIFE_HOURS[window] * 4 * HOUR));
          return { user, paper, at };
        }),
      );
      await db.run(
        "insert into upvotes (user_id, paper_id, created_at) select * from unnest($1::int[], $2::int[], $3::timestamptz[])",
        [cast.map(({ user }) => user), cast.map(({ paper }) => paper), cast.map(({ at }) => at)],
      );
      await db.run("update papers p set upvote_count = (select count(*) from upvotes u where u.paper_id = p.id)");
      await db.transaction((tx) => tx.read(recomputeScores(papers)));
      const votes = await votesOf();
      const end = start + HALF_LIFE_HOURS[window] * 4 * HOUR;
      for (const later of [0, 0.3, 1]) {
        const at = new Date(end + later * HALF_LIFE_HOURS[window] * HOUR);
        const slice = new Slice(trendingOrder(window), { limit: 100, backward: false, from: null });
        const listed = await listTrending(createPaperReader(db), window, at, sql`true`, slice);
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

  test("a database that held votes before trending came gets the same scores from the migration", async () => {
    await importLooks(db, [
      look({ title: "a", upvotes: 4, featured: featured("2026-01-06") }),
      look({ title: "b", upvotes: 2 }),
    ]);
    const { id } = (await api.data("{ papers { nodes { id } } }")).papers.nodes[0];
    await api.data(UPVOTE, { id }, await signIn(db, "ada"));
    const scores = () => db.run("select * from trending_scores order by paper_id");
    const before = await scores();
    await withDataSource(db.url, async (dataSource) => {
      for (const _ of dataSource.migrations.slice(1)) await dataSource.undoLastMigration();
      await dataSource.runMigrations({ transaction: "each" });
    });
    const after = await scores();
    expect(after).toHaveLength(2);
    expect(JSON.stringify(after)).toBe(JSON.stringify(before));
  });

  test("imported votes count from noon of the feed day, or from when they were seen before that", async () => {
    const seen = (time: string) =>
      look({ title: time, upvotes: 1, featured: featured("2026-01-06"), seenAt: new Date(time) });
    await importLooks(db, [seen("2026-01-06T03:00:00Z"), seen("2026-01-06T18:00:00Z")]);
    const rows = await db.run<{ cast_at: Date }>("select cast_at from imported_votes order by cast_at");
    expect(rows.map((row) => row.cast_at.toISOString())).toEqual([
      "2026-01-06T03:00:00.000Z",
      "2026-01-06T12:00:00.000Z",
    ]);
  });

  test("pages put together are the whole list, with ties", async () => {
    await importLooks(
      db,
      Array.from({ length: 30 }, () =>
        look({ upvotes: 5, featured: featured(new Date().toISOString().slice(0, 10)), seenAt: new Date() }),
      ),
    );
    const walk = { query: TRENDING, at: (data: { trendingPapers: unknown }) => data.trendingPapers };
    const forward = await walkForward(api, walk, 7);
    expect(new Set(forward).size).toBe(30);
    expect(await walkForward(api, walk, 100)).toEqual(forward);
  });
});
