import { testLimits } from "../support/api";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

/** Everything that a list of papers may ask of each paper. */
const PAPER = `
  id title publishedOn
  organization { name papers(first: 2) { totalCount nodes { title } } }
  submittedBy { username }
  authors(first: 3) { totalCount edges { position name node { name papers(first: 2) { totalCount nodes { title } } } } }
  upvoters(first: 2) { totalCount edges { upvotedAt node { username upvotedPapers(first: 2) { totalCount nodes { title } } } } }
  relatedPapers(first: 2) { title }
  standings { rank feed { key isFinal } }`;

const QUERIES = {
  papers: `query ($first: Int) { list: papers(first: $first) { nodes { ${PAPER} } } }`,
  feed: `query ($first: Int) { feed(on: "2026-01-06") { list: papers(first: $first) { nodes { ${PAPER} } } } }`,
  search: `query ($first: Int) { list: searchPapers(query: "paper", first: $first) { nodes { ${PAPER} } } }`,
};

describe("batching", () => {
  const t = useApi({ limits: { ...testLimits, MAX_COST: 100_000 } });
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: 60 }, (_, i) =>
        sourceRecord({
          authors: [`Author A${i}`, `Author B${i % 7}`, "Author C", "Author D"],
          authorCount: 4,
          organization: { key: `lab${i % 5}`, name: `Lab ${i % 5}` },
          featured: featured("2026-01-06"),
        }),
      ),
    );
    await t.db.run("insert into users (username) select 'user' || i from generate_series(1, 10) i");
    await t.db.run("insert into upvotes (user_id, paper_id) select u.id, p.id from users u, papers p");
    await t.db.run("update papers set upvote_count = 10, submitter_id = (select min(id) from users)");
  });

  const statements = async (query: string, first: number) => {
    t.db.takeStatements();
    const data = await t.api.data(query, { first });
    const list = data.list ?? data.feed.list;
    expect(list.nodes).toHaveLength(first);
    expect(list.nodes.every((node: { authors: { totalCount: number } }) => node.authors.totalCount === 4)).toBe(true);
    return t.db.takeStatements();
  };

  test.each(Object.entries(QUERIES))(
    "a page of 50 from %s, with all that hangs on it, costs as many statements as one paper",
    async (_, query) => {
      // What papers say is in memory then.
      await statements(query, 50);
      const one = await statements(query, 1);
      const fifty = await statements(query, 50);
      expect(fifty.length).toBe(one.length);
      // The same statements too: page size is a parameter, so each is prepared once.
      expect(new Set(fifty)).toEqual(new Set(one));
    },
  );

  test("a feed page with authors and organizations costs two statements, once what its papers say is in memory", async () => {
    const query =
      '{ feed(on: "2026-01-06") { papers(first: 50) { nodes { title organization { name } authors { nodes { name } } } } } }';
    await t.api.data(query);
    t.db.takeStatements();
    await t.api.data(query);
    expect(t.db.takeStatements()).toHaveLength(2);
  });

  test("what is not asked for is not read", async () => {
    t.db.takeStatements();
    await t.api.data('{ feed(on: "2026-01-06") { key startDate endDate } }');
    expect(t.db.takeStatements()).toHaveLength(0);
    await t.api.data('{ feed(on: "2026-01-06") { papers { totalCount } } }');
    expect(t.db.takeStatements()).toHaveLength(1);
    await t.api.data("{ papers { nodes { title } pageInfo { hasNextPage hasPreviousPage } } }");
    expect(t.db.takeStatements()).toHaveLength(1);
  });
});
