import { BoundStoredPapers1791710000000 } from "../../migrations/1791710000000-bound-stored-papers";
import { rankFeeds } from "../../src/feeds/rank-feeds.service";
import { countMismatches } from "../../src/upvotes/upvote.service";
import { withDataSource } from "../support/data-source";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const TITLES = "{ papers(first: 10, orderBy: { field: PUBLISHED_ON, direction: DESC }) { nodes { title } } }";
const FEEDS = "{ feeds(first: 10) { nodes { key papers { nodes { title } } } } }";
const UPVOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { paper { upvoteCount } } }";

describe("what was stored before there were bounds", () => {
  const t = useApi();
  afterEach(() => t.db.reset());
  const migrate = () =>
    withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await new BoundStoredPapers1791710000000().up(runner);
      await runner.commitTransaction();
      await runner.release();
    });
  const everything = () =>
    Promise.all(
      ["papers", "imported_votes", "paper_looks", "trending_scores", "feed_days"].map((table) =>
        t.db.run(`select t::text from ${table} t order by 1`),
      ),
    );

  test("is brought into them by the upgrade, and works as if it had come within them", async () => {
    const base = { arxivId: "2601.00001", observedAt: new Date("2026-01-10T00:00:00Z") };
    await importRecords(t.db, [
      sourceRecord({ ...base, title: "Of the future", upvotes: 5, featured: featured("2026-01-06") }),
      sourceRecord({ title: "Good", upvotes: 7, publishedOn: "2026-01-09", featured: featured("2026-01-06") }),
    ]);
    const [good] = await t.db.run("select t::text from papers t where title = 'Good'");
    await t.db.run(`
      update papers set published_on = '9999-12-31', imported_upvotes = 2147483647, upvote_count = 2147483647
        where arxiv_id = '2601.00001';
      update imported_votes i set cast_at = '9999-01-01', votes = 2147483647 from papers p
        where p.id = i.paper_id and p.arxiv_id = '2601.00001';
      update trending_scores s set votes = 2147483647, week_score = 1e301 from papers p
        where p.id = s.paper_id and p.arxiv_id = '2601.00001';
      update paper_looks set content_at = '9999-01-01', upvotes_at = '9999-01-01', code_stars_at = null
        where paper_id = (select id from papers where arxiv_id = '2601.00001');
      insert into feed_days (day) values ('0001-01-01');
      insert into feed_entries (day, paper_id, featured_at)
        select '0001-01-01', id, '0001-01-01' from papers where title = 'Of the future'`);
    await rankFeeds(t.db);
    await migrate();
    expect((await t.api.data(TITLES)).papers.nodes).toEqual([{ title: "Good" }, { title: "Of the future" }]);
    expect((await t.api.data(FEEDS)).feeds.nodes.map(({ key }: { key: string }) => key)).toEqual(["2026-01-06"]);
    expect(await t.db.run("select from imported_votes where cast_at > now()")).toEqual([]);
    expect(
      await t.db.run("select code_stars_at from paper_looks where content_at > now() - interval '1 hour'"),
    ).toEqual([{ code_stars_at: null }]);
    expect(await t.db.run("select votes from trending_scores where week_score < 1e6 order by 1")).toEqual([
      { votes: 7 },
      { votes: 1_000_000_000 },
    ]);
    const { id } = (await t.api.data('{ paper(arxivId: "2601.00001") { id } }')).paper;
    const voted = await t.api.data(UPVOTE, { id }, await signIn(t.db, "ada"));
    expect(voted.upvotePaper.paper.upvoteCount).toBe(1_000_000_001);
    await importRecords(t.db, [sourceRecord({ ...base, title: "True again", upvotes: 3, observedAt: new Date() })]);
    expect(await t.db.run("select title, upvote_count from papers where arxiv_id = '2601.00001'")).toEqual([
      { title: "True again", upvote_count: 4 },
    ]);
    expect(await countMismatches(t.db)).toBe(0);
    expect(await t.db.run("select t::text from papers t where title = 'Good'")).toEqual([good]);
  });

  test("is left as it is where it is within them", async () => {
    await importRecords(t.db, [
      sourceRecord({ upvotes: 7, codeStars: 3, featured: featured("2026-01-06") }),
      sourceRecord(),
    ]);
    const before = await everything();
    await migrate();
    expect(await everything()).toEqual(before);
  });

  test("a paper that comes after the clock was set back is added to a feed that closed before", async () => {
    await importRecords(t.db, [sourceRecord({ title: "First", featured: featured("2026-01-06") })]);
    await t.db.run("update feed_rankings set made_at = now() + interval '3 days'");
    await importRecords(t.db, [sourceRecord({ title: "Second", featured: featured("2026-01-06") })]);
    const { feeds } = await t.api.data(FEEDS);
    expect(feeds.nodes[0].papers.nodes).toEqual([{ title: "First" }, { title: "Second" }]);
  });
});
