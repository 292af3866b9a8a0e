import { type Statement, sql } from "../../src/db/sql";
import { startApi, type TestApi } from "../support/api";
import { withReads } from "../support/database";
import { explain } from "../support/explain";
import { useDatabase } from "../support/use-api";

/** A hash of digits turned into letters: one word, which is read ten times as fast as what changes between both. */
const wordOf = (number: string) => `translate(md5(${number}), '0123456789', 'ghijklmnop')`;
/** That of 1. */
const WORD = "ckcakijoagbpijoigdcclgpamfnlokpb";

/** Enough rows that a planner in its right mind takes an index. Their texts, plain words, need no reading before they are searched. */
const ARRANGE = `
  insert into organizations (key, name) select 'o' || i, 'Organization ' || i from generate_series(1, 300) i;
  insert into papers (title, title_key, published_on, featured_on, upvote_count, comment_count, organization_id, search, updated_at)
    select t.title, t.title, date '2020-01-01' + i % 2000, case when i % 2 = 0 then date '2020-01-01' + i % 2000 end, i % 500, i % 50, 1 + i % 300,
      setweight(to_tsvector('paper_text', t.title), 'A') || setweight(to_tsvector('paper_text', ${wordOf("i::text")}), 'D'), now() - i * interval '1 minute'
    from generate_series(1, 7500) i, lateral (select 'Title ' || ${wordOf("i::text")} as title) t;
  insert into authors (key, name) select md5(i::text), 'Name ' || ${wordOf("i::text")} from generate_series(1, 5000) i;
  insert into authorships select p.id, 1, 1 + p.id % 5000, 'x' from papers p;
  insert into words select ${wordOf("i::text")} from generate_series(1, 7500) i union values ('title'), ('name');
  insert into feed_days (day) select distinct featured_on from papers where featured_on is not null;
  insert into feed_entries select featured_on, id, now() from papers where featured_on is not null;
  insert into users (username) select 'user' || i from generate_series(1, 200) i;
  insert into upvotes select u.id, p.id, now() from users u, papers p where p.id % 50 = 0;
  insert into trending_scores select id, 5, 4000 + id % 1000, 1000 + id % 250, 300 + id % 70, 100 + id % 25 from papers;
  insert into paper_changes select id, '2026-01-01'::timestamptz + id / 100 * interval '1 second' from papers;
  with made as (
    insert into feed_rankings (period, start_date, is_final) select 'DAY', day, true from feed_days returning id, start_date
  )
  insert into feed_ranks select m.id, row_number() over (partition by m.id order by e.paper_id), e.paper_id, e.day, e.featured_at, 0
    from made m join feed_entries e on e.day = m.start_date;
  analyze;`;

describe("plans", () => {
  const t = useDatabase();
  let api: TestApi;
  const sent: Statement[] = [];
  beforeAll(async () => {
    t.db.allowWrongCounts();
    await t.db.run(ARRANGE);
    api = t.use(
      await startApi(
        withReads(t.db, (statement) => {
          sent.push(statement);
          return t.db.query(statement);
        }),
      ),
    );
  });

  async function planOf(statement: Statement): Promise<string> {
    const client = await t.db.pool.connect();
    return explain(client, statement).finally(() => client.release());
  }

  const orders = ["PUBLISHED_ON", "FEATURED_ON", "UPVOTES", "COMMENTS", "UPDATED_AT"].flatMap((field) =>
    ["ASC", "DESC"].map((direction) => `papers(orderBy: { field: ${field}, direction: ${direction} }, first: 20)`),
  );
  const nodeId = (type: string, key: number) => Buffer.from(`${type}:${key}`).toString("base64url");

  test.each([
    ...orders.map((list) => `{ ${list} { nodes { title } } }`),
    '{ feed(on: "2020-03-01") { papers(first: 50) { nodes { title authors { nodes { name } } organization { name } upvoters(first: 3) { nodes { username } } } } } }',
    '{ feed(period: WEEK, on: "2020-03-01") { updatedAt previous { key } next { key } papers { totalCount } } }',
    '{ paper(by: { arxivId: "2409.04828" }) { title } }',
    '{ paper(by: { doi: "10.1000/182" }) { title } }',
    '{ paper(by: { url: "https://example.org/papers/7" }) { title } }',
    `{ author(id: "${nodeId("Author", 7)}") { papers { totalCount nodes { title } } } }`,
    `{ node(id: "${nodeId("Organization", 7)}") { ... on Organization { papers(first: 5) { totalCount nodes { title } } } } }`,
    `{ node(id: "${nodeId("User", 7)}") { ... on User { upvotedPapers(first: 5) { totalCount nodes { title } } } } }`,
    `{ searchPapers(query: "${WORD}") { totalCount edges { highlights { text } } } }`,
    `{ searchPapers(query: "${WORD}x") { totalCount nodes { title } } }`,
    `{ searchPapers(query: "titel ${WORD}x") { totalCount nodes { title } } }`,
    '{ searchPapers(query: "titel") { totalCount nodes { title } } }',
    `{ searchPapers(query: "${WORD} -title") { totalCount nodes { title } } }`,
    `{ searchPapers(query: "${WORD} -nothing") { totalCount nodes { title } } }`,
    '{ searchPapers(query: "title") { totalCount nodes { title } } }',
    `{ searchPapers(query: "title -${WORD}") { totalCount nodes { title } } }`,
    "{ papers(first: 5) { nodes { relatedPapers { title } } } }",
    "{ trendingPapers(window: DAY, first: 20) { totalCount nodes { title } edges { rank score } } }",
    '{ paperChanges(since: "2026-01-01T00:01:00Z", first: 20) { nodes { title } } }',
    `{ authors(name: "${WORD}") { totalCount nodes { name } } }`,
    `{ authors(name: "Name ${WORD}x") { totalCount nodes { name } } }`,
    '{ authors(name: "name") { totalCount nodes { name } } }',
    `{ papers(filter: { keywords: ["${WORD}"] }, first: 5) { nodes { title } } }`,
    '{ papers(filter: { categories: ["hep-th"], excludeCategories: ["math"] }, first: 5) { totalCount nodes { title } } }',
    "{ papers(filter: { withdrawn: true }, first: 5) { totalCount nodes { title } } }",
  ])("%s reads papers, authors and votes by an index only", async (query) => {
    sent.length = 0;
    await api.data(query);
    expect(sent.length).toBeGreaterThan(0);
    for (const statement of sent) {
      expect(await planOf(statement)).not.toMatch(
        /Seq Scan on (papers|authors|authorships|words|upvotes|feed_entries|trending_scores|feed_ranks|paper_changes)/,
      );
    }
  });

  test.each(orders)("%s goes on from a deep cursor without a sort", async (list) => {
    const query = (after: string) => `{ list: ${list.replace(")", `, after: ${after})`)} { pageInfo { endCursor } } }`;
    let cursor = "null";
    for (let page = 0; page < 3; page++)
      cursor = JSON.stringify((await api.data(query(cursor))).list.pageInfo.endCursor);
    const plan = await planOf(sent.at(-1)!);
    expect(plan).toMatch(/Index Scan/);
    expect(plan).not.toMatch(/Sort|Filter/);
  });

  test("about keys are made once, whatever the keys", async () => {
    for (let key = 1; key <= 8; key++)
      await api.data(`{ author(id: "${nodeId("Author", key)}") { name papers { totalCount } } }`);
    const counts = sql`select generic_plans as general, custom_plans as custom from pg_prepared_statements`;
    const plans = await t.db.query<{ general: string; custom: string }>(counts.planned("once"));
    expect(plans.filter(({ general }) => Number(general) >= 4)).not.toEqual([]);
    expect(plans.filter(({ custom }) => Number(custom) > 0)).toEqual([]);
  });
});
