import { defaultOptimizations } from "../../src/config/optimizations";
import { createPaperReaders } from "../../src/content/paper-content";
import type { Db } from "../../src/db/database";
import { type Sql, sql } from "../../src/db/sql";
import type { Paper } from "../../src/papers/paper.entity";
import type { PaperReader } from "../../src/papers/paper-reader";
import { startApi, type TestApi } from "../support/api";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const FEED = `{ feed(on: "2026-01-06") { papers(first: 50) { nodes {
  id title abstract keywords publishedOn upvoteCount authorCount authors(first: 3) { nodes { name } } } } } }`;

const LONG = Array.from({ length: 60 }, (_, i) => `Author Number${i}`);

/** A change of each column that a paper shows, its upvotes apart. */
const CHANGES = [
  "arxiv_id = '2601.99999'",
  "title = 'Another title'",
  "abstract = 'Another abstract'",
  "summary = 'Another summary'",
  "keywords = '{other}'",
  "published_on = '2026-01-01'",
  "featured_on = '2026-01-02'",
  "author_count = 77",
  "authors_complete = false",
  "organization_id = (select max(id) from organizations)",
  "submitter_id = (select max(id) from users)",
  "url = 'https://example.org/u'",
  "pdf_url = 'https://example.org/p'",
  "thumbnail_url = 'https://example.org/t'",
  "project_url = 'https://example.org/j'",
  "code_url = 'https://example.org/c'",
  "code_stars = 12345",
  "comment_count = 54321",
  "categories = '{cs.CL,cs.AI}'",
  "doi = '10.1000/1'",
  "journal_reference = 'A journal'",
  "arxiv_comment = '12 pages'",
  "license_url = 'https://example.org/l'",
  "withdrawn_at = '2026-01-01T00:00:00Z'",
  "created_at = '2026-01-01T00:00:00Z'",
  "updated_at = '2026-01-02T00:00:00Z'",
];

const PAPER = `arxivId title abstract summary keywords publishedOn featuredOn authorCount authorsComplete url pdfUrl
  thumbnailUrl projectUrl codeUrl codeStars commentCount categories doi journalReference
  arxivComment licenseUrl withdrawnAt createdAt updatedAt organization { name } submittedBy { username }`;

describe("what papers say, kept in memory", () => {
  const t = useApi();
  let plain: TestApi;
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({
        arxivId: "2601.00001",
        title: "First",
        authors: ["Ada", "Bea", "Ada", "Cy"],
        organization: { key: "a", name: "A" },
        keywords: ["one"],
        featured: featured("2026-01-06"),
      }),
      sourceRecord({
        arxivId: "2601.00002",
        title: "Long",
        authors: LONG,
        authorCount: 60,
        featured: featured("2026-01-06"),
      }),
      sourceRecord({
        title: "Other",
        organization: { key: "b", name: "B" },
        authors: [],
        featured: featured("2026-01-06"),
      }),
    ]);
    await t.db.run("insert into users (username) values ('submitter')");
    plain = t.use(await startApi(t.db, { optimizations: { ...defaultOptimizations, contentCacheMb: 0 } }));
  });

  const statements = async (query: string) => {
    t.db.takeStatements();
    await t.api.data(query);
    return t.db.takeStatements().length;
  };

  test("is read beside a list the first time, and no more: one statement for a feed with its authors", async () => {
    expect(await statements(FEED)).toBe(2);
    expect(await statements(FEED)).toBe(1);
    await t.db.run("update papers set title = 'First!' where title = 'First'");
    expect(await statements(FEED)).toBe(2);
    expect(await statements(FEED)).toBe(1);
    expect(await t.api.data(FEED)).toEqual(await plain.data(FEED));
  });

  test("costs a paper with authors and voters two statements, an author's papers with their authors two", async () => {
    const { paper } = await t.api.data('{ paper(arxivId: "2601.00001") { id authors(first: 1) { nodes { id } } } }');
    const detail = `{ paper(id: "${paper.id}") { title authors { nodes { name } } upvoters { nodes { username } } } }`;
    expect(await statements(detail)).toBe(2);
    const author = `{ author(id: "${paper.authors.nodes[0].id}") { name papers { nodes { title authors { nodes { name } } } } } }`;
    await t.api.data(author);
    expect(await statements(author)).toBe(2);
  });

  test.each(CHANGES)("changes at once with: %s", async (change) => {
    const query = `{ papers(orderBy: { field: UPVOTES, direction: DESC }, first: 1) { nodes { ${PAPER} } } }`;
    await t.db.run("update papers set upvote_count = 100 where title like 'First%' or title like 'Another%'");
    const before = await t.api.data(query);
    t.db.allowWrongCounts();
    await t.db.run(`update papers set ${change} where upvote_count = 100`);
    const after = await t.api.data(query);
    expect(after).not.toEqual(before);
    expect(after).toEqual(await plain.data(query));
  });

  test("is told by these changes of every column that a paper shows", async () => {
    const columns = await t.db.run<{ name: string }>(`
      select attname as name from pg_attribute where attrelid = 'papers'::regclass and attnum > 0 and not attisdropped`);
    const changing = CHANGES.map((change) => change.split(" ")[0]);
    const isRest = (name: string) => !changing.includes(name);
    expect(
      columns
        .map(({ name }) => name)
        .filter(isRest)
        .sort(),
    ).toEqual(["id", "imported_upvotes", "revision", "salient_words", "search", "title_key", "upvote_count"].sort());
  });

  test("stays when votes, comments and stars come, which are told at once", async () => {
    const [before] = await t.db.run<{ revision: string }>("select revision from papers order by id limit 1");
    const counts = `{ feed(on: "2026-01-06") { papers(orderBy: COMMENTS) { nodes { title upvoteCount commentCount codeStars } } } }`;
    await t.api.data(counts);
    await t.db.run("update papers set upvote_count = upvote_count + 1, comment_count = id, code_stars = id + 1");
    expect(await statements(counts)).toBe(1);
    expect(await t.api.data(counts)).toEqual(await plain.data(counts));
    expect(await t.db.run("select revision from papers order by id limit 1")).toEqual([before]);
  });

  test("changes at once when a record knows more authors", async () => {
    await t.api.data(FEED);
    await importRecords(t.db, [
      sourceRecord({
        arxivId: "2601.00002",
        title: "Long",
        authors: [...LONG, "New"],
        observedAt: new Date("2026-02-01"),
      }),
    ]);
    const told = await t.api.data(FEED);
    expect(told).toEqual(await plain.data(FEED));
    expect(JSON.stringify(told)).toContain('"authorCount":61');
  });

  test("of more papers than there is room for is read again, and none is left out", async () => {
    const small = await startApi(t.db, { optimizations: { ...defaultOptimizations, contentCacheMb: 0.25 } });
    const abstract = "Words of an abstract. ".repeat(400);
    await importRecords(
      t.db,
      Array.from({ length: 50 }, (_, i) =>
        sourceRecord({ title: `Large ${i}`, abstract, featured: featured("2026-03-01") }),
      ),
    );
    const query = `{ ${["RANK", "COMMENTS", "PUBLISHED_ON"].map((order) => `${order}: feed(on: "2026-03-01") { papers(first: 25, orderBy: ${order}) { nodes { title abstract } pageInfo { hasNextPage } } }`).join(" ")} }`;
    for (let i = 0; i < 3; i++) expect(await small.data(query)).toEqual(await plain.data(query));
    await small.close();
  });

  describe("read through replicas", () => {
    /** A database as one server has it: the given revisions of the papers, and their content. */
    const server = (revisions: Record<number, number>): Db => ({
      query: async <Row>({ values }: Sql) => {
        const ids = (values.find(Array.isArray) as number[] | undefined) ?? Object.keys(revisions).map(Number);
        const papers = ids
          .filter((id) => id in revisions)
          .map((id) => ({ rowId: id, revision: String(revisions[id]), title: `${id} in ${revisions[id]}` }));
        return papers.map((paper) => ({
          ...paper,
          upvoteCount: 0,
          keywords: [],
          categories: [],
          authors: null,
        })) as Row[];
      },
    });
    const titles = async (reader: PaperReader) => (await reader.query<Paper>(sql`select`)).map((paper) => paper.title);

    test("is never older than the list that it is read for", async () => {
      const readers = createPaperReaders(1, server({}));
      const primary = readers(server({ 1: 11, 2: 5 }));
      const replica = readers(server({ 1: 10 }));
      await titles(readers(server({ 1: 11 })));
      expect(await Promise.all([titles(primary), titles(replica)])).toEqual([["1 in 11", "2 in 5"], ["1 in 10"]]);
      expect(await titles(primary)).toEqual(["1 in 11", "2 in 5"]);
    });

    test.each([
      ["does not know a new paper yet", { 1: 1 }],
      ["has an older revision", { 1: 1, 2: 1 }],
    ])("is that of the list when another replica %s", async (_, revisions) => {
      const list = server({ 1: 1, 2: 2 });
      const behind = server(revisions);
      let isFirst = true;
      const db: Db = {
        query: (statement) => {
          const from = isFirst ? list : behind;
          isFirst = false;
          return from.query(statement);
        },
      };
      expect(await titles(createPaperReaders(1, list)(db))).toEqual(["1 in 1", "2 in 2"]);
    });
  });

  test("of a paper that is gone is gone with it", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Short-lived", featured: featured("2026-01-06") })]);
    expect(JSON.stringify(await t.api.data(FEED))).toContain("Short-lived");
    await t.db.run("delete from papers where title = 'Short-lived'");
    expect(await t.api.data(FEED)).toEqual(await plain.data(FEED));
  });

  test("gives every page of authors as the database does, of short and of long lists", async () => {
    const page = (args: string) => `{ papers { nodes { title authors(${args}) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor position name node { id name } } } } } }`;
    const cursors = new Set<string>();
    for (const size of [1, 2, 3, 4, 7, 49, 50, 51, 60, 100]) {
      const pages = await plain.data(page(`first: ${size}`));
      expect(await t.api.data(page(`first: ${size}`))).toEqual(pages);
      for (const [, cursor] of JSON.stringify(pages).matchAll(/"endCursor":"([^"]+)"/g)) cursors.add(cursor!);
    }
    const { papers } = await plain.data("{ papers { nodes { id authors(first: 1) { totalCount } } } }");
    for (const { id } of papers.nodes) {
      for (const cursor of cursors) {
        for (const size of [1, 5, 50]) {
          const query = `{ paper(id: "${id}") { authors(first: ${size}, after: "${cursor}") {
            pageInfo { hasNextPage hasPreviousPage } edges { cursor position } } } }`;
          const [kept, read] = await Promise.all([t.api.ask(query), plain.ask(query)]);
          expect(kept.data).toEqual(read.data);
        }
      }
    }
  });
});
