import "reflect-metadata";
import { upsertPapers } from "../src/ingest/upsert.service";
import { AccessTokenScope } from "../src/users/access-token.entity";
import { ensureUser } from "../src/users/user.service";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { importLooks, look, signIn } from "./support/factories";

const UPSERT = `mutation ($papers: [PaperUpsert!]!) { upsertPapers(input: { papers: $papers }) {
  created updated unchanged userErrors { code message path }
  papers { arxivId title abstract keywords publishedOn featuredOn authorCount authorsComplete url codeUrl submittedBy { username } authors { nodes { name } } }
} }`;

describe("upsertPapers", () => {
  let db: TestDatabase;
  let api: TestApi;
  let token: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  beforeEach(async () => {
    token = await signIn(db, "ada", [AccessTokenScope.PAPERS_WRITE]);
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });
  const upsert = async (...papers: object[]) => (await api.data(UPSERT, { papers }, token)).upsertPapers;

  const whole = {
    arxivId: "https://arxiv.org/abs/2601.00001v2",
    title: " A  title ",
    abstract: "Text.",
    publishedOn: "2026-01-05",
    featuredOn: "2026-01-06",
    authors: ["Ada Byron", "Alan Turing"],
    keywords: ["Machines", "machines", "logic"],
    codeUrl: "https://x.test/code",
  };

  test("adds papers, with who sent them, and puts them on their feed day", async () => {
    expect(await upsert(whole)).toEqual({
      created: 1,
      updated: 0,
      unchanged: 0,
      userErrors: [],
      papers: [
        {
          arxivId: "2601.00001",
          title: "A title",
          abstract: "Text.",
          keywords: ["Machines", "logic"],
          publishedOn: "2026-01-05",
          featuredOn: "2026-01-06",
          authorCount: 2,
          authorsComplete: true,
          url: "https://arxiv.org/abs/2601.00001",
          codeUrl: "https://x.test/code",
          submittedBy: { username: "ada" },
          authors: { nodes: [{ name: "Ada Byron" }, { name: "Alan Turing" }] },
        },
      ],
    });
    const { feed } = await api.data('{ feed(on: "2026-01-06") { papers { nodes { title } } } }');
    expect(feed.papers.nodes).toEqual([{ title: "A title" }]);
  });

  test("changes nothing when replayed, completes what was unknown, and keeps what is left out", async () => {
    await upsert(whole);
    const before = await db.run("select * from papers");
    expect(await upsert(whole)).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await db.run("select * from papers")).toEqual(before);
    const short = { arxivId: "2601.00001", title: "A better title" };
    expect(await upsert(short)).toMatchObject({
      updated: 1,
      papers: [{ title: "A better title", abstract: "Text.", authorCount: 2, featuredOn: "2026-01-06" }],
    });
  });

  test("finds an imported paper by title and day, and does not claim it", async () => {
    await importLooks(db, [look({ title: "Imported: a study", publishedOn: "2026-01-05", upvotes: 7 })]);
    const answer = await upsert({ title: "Imported - A Study", publishedOn: "2026-01-06", arxivId: "2601.00002" });
    expect(answer).toMatchObject({ created: 0, updated: 1, papers: [{ arxivId: "2601.00002", submittedBy: null }] });
  });

  test("answers in the order of the input, and refuses one paper sent twice rather than keep half of it", async () => {
    const answer = await upsert({ title: "B" }, { title: "A" }, { title: "b", abstract: "Other." });
    expect(answer).toMatchObject({
      created: 2,
      unchanged: 0,
      updated: 0,
      papers: [{ title: "B" }, { title: "A" }],
      userErrors: [{ message: expect.stringContaining("papers 0"), path: ["input", "papers", "2"] }],
    });
  });

  test("a replay on a later day changes nothing either", async () => {
    const { rowId: id } = await ensureUser(db, "ada");
    const papers = [{ title: "Today", featuredOn: "2026-03-02" }];
    await upsertPapers(db, id, papers, new Date("2026-03-02T09:00:00Z"));
    const entry = () => db.run("select day, featured_at from feed_entries");
    const before = await entry();
    const later = await upsertPapers(db, id, papers, new Date("2026-03-03T09:00:00Z"));
    expect(later).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await entry()).toEqual(before);
  });

  test("stores the good ones and tells what is wrong with each other", async () => {
    const answer = await upsert(
      { title: "Good" },
      { title: "  " },
      { title: "x", arxivId: "2503.0213" },
      { title: "x", arxivId: "hello" },
      { title: "x", authors: ["Ada", " "] },
      { title: "x", authors: ["Ada", "Bob"], authorCount: 1 },
      { title: "x".repeat(2001) },
      { title: "nul\u0000" },
      { title: "x", authorCount: -1 },
      { title: "x", arxivId: "" },
      { title: "x", keywords: ["half \ud800"] },
      { title: "x", featuredOn: "9999-12-31" },
    );
    expect(answer).toMatchObject({ created: 1, papers: [{ title: "Good" }] });
    expect(answer.userErrors.map(({ path }: { path: string[] }) => path.slice(2).join("."))).toEqual([
      "1.title",
      "2.arxivId",
      "3.arxivId",
      "4.authors",
      "5.authorCount",
      "6.title",
      "7.title",
      "8.authorCount",
      "9.arxivId",
      "10.keywords",
      "11.featuredOn",
    ]);
    expect(answer.userErrors.every(({ code }: { code: string }) => code === "INVALID")).toBe(true);
  });

  test("each of several in one request is answered as it left things, with all that hangs on them", async () => {
    const step = (alias: string, day: string, title: string) =>
      `${alias}: upsertPapers(input: { papers: [{ arxivId: "2601.00001", title: "${title}", featuredOn: "${day}", authors: ["${title}"] }] }) {
        papers { title featuredOn authors { nodes { name } } standings { feed { key updatedAt papers { totalCount } } } } }`;
    const { a, b } = await api.data(
      `mutation { ${step("a", "2026-02-03", "First")} ${step("b", "2026-03-10", "Second")} }`,
      {},
      token,
    );
    const after = await api.data(
      "{ papers(first: 1) { nodes { title featuredOn authors { nodes { name } } standings { feed { key updatedAt papers { totalCount } } } } } }",
    );
    const keysOf = ({ standings }: { standings: { feed: { key: string } }[] }) => standings.map(({ feed }) => feed.key);
    expect(keysOf(a.papers[0])).toContain("2026-02-03");
    expect(keysOf(b.papers[0])).toContain("2026-03-10");
    expect(b.papers).toEqual(after.papers.nodes);
    expect(a.papers[0]).toMatchObject({ title: "First", authors: { nodes: [{ name: "First" }] } });
  });

  test("needs the scope, a list of at most 100, and real URLs and days", async () => {
    const codeOf = async (papers: object[], as = token) =>
      (await api.ask(UPSERT, { papers }, as)).errors?.[0]?.extensions.code;
    expect(await codeOf([{ title: "x" }], await signIn(db, "bob"))).toBe("FORBIDDEN");
    expect(await codeOf(Array(101).fill({ title: "x" }))).toBe("BAD_USER_INPUT");
    expect(await codeOf([{ title: "x", url: "javascript:alert(1)" }])).toBe("BAD_USER_INPUT");
    expect(await codeOf([{ title: "x", featuredOn: "2026-02-30" }])).toBe("BAD_USER_INPUT");
    expect(await db.run("select from papers")).toEqual([]);
  });
});
