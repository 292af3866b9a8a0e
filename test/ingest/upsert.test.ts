import "reflect-metadata";
import { upsertPapers } from "../../src/ingest/upsert.service";
import { ensureUser } from "../../src/users/user.service";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { UPSERT, useUpserts } from "./use-upserts";

describe("upsertPapers", () => {
  const { t, token, upsert } = useUpserts();

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
          projectUrl: null,
          submittedBy: { username: "ada" },
          authors: { nodes: [{ name: "Ada Byron" }, { name: "Alan Turing" }] },
        },
      ],
    });
    const { feed } = await t.api.data('{ feed(on: "2026-01-06") { papers { nodes { title } } } }');
    expect(feed.papers.nodes).toEqual([{ title: "A title" }]);
  });

  test("changes nothing when replayed, completes what was unknown, and keeps what is left out", async () => {
    await upsert(whole);
    const before = await t.db.run("select * from papers");
    expect(await upsert(whole)).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await t.db.run("select * from papers")).toEqual(before);
    const short = { arxivId: "2601.00001", title: "A better title" };
    expect(await upsert(short)).toMatchObject({
      updated: 1,
      papers: [{ title: "A better title", abstract: "Text.", authorCount: 2, featuredOn: "2026-01-06" }],
    });
  });

  test("finds an imported paper by title and day, and does not claim it", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Imported: a study", publishedOn: "2026-01-05", upvotes: 7 })]);
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

  test("finds a paper by its arXiv id as people paste it", async () => {
    await upsert({ title: "Pasted", arxivId: "arXiv:2409.04828v2 [cs.CV] 7 Sep 2024" });
    const again = await upsert({ title: "Pasted", arxivId: "https://hf.co/papers/2409.04828" });
    expect(again).toMatchObject({ created: 0, unchanged: 1, papers: [{ arxivId: "2409.04828" }] });
    const { userErrors } = await upsert({ title: "Pasted", arxivId: "https://ar5iv.org/abs/2409.04828" });
    for (const form of ["cs/9901001", "arxiv.org", "huggingface.co", "DOI"])
      expect(userErrors[0].message).toContain(form);
  });

  test("reads TeX's accents and drops marks of footnotes in names", async () => {
    const answer = await upsert({ title: "Named", authors: ['J{\\"o}rg Example', "Ada Example*", "Bob Example†"] });
    expect(answer.papers[0].authors.nodes).toEqual([
      { name: "Jörg Example" },
      { name: "Ada Example" },
      { name: "Bob Example" },
    ]);
  });

  test("a replay on a later day changes nothing either", async () => {
    const { rowId: id } = await ensureUser(t.db, "ada");
    const papers = [{ title: "Today", featuredOn: "2026-03-02" }];
    await upsertPapers(t.db, id, papers, new Date("2026-03-02T09:00:00Z"));
    const entry = () => t.db.run("select day, featured_at from feed_entries");
    const before = await entry();
    const later = await upsertPapers(t.db, id, papers, new Date("2026-03-03T09:00:00Z"));
    expect(later).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await entry()).toEqual(before);
  });

  test("drops characters that nobody sees, and a path into a repository", async () => {
    const paper = {
      title: "Safe\u202eeltit\u200b",
      abstract: "Soft\u00adly",
      authors: ["Ada\u200e Example"],
      keywords: ["a\u200bgents", "agents"],
      codeUrl: "https://gitlab.com/owner/repo/-/tree/main",
      projectUrl: "https://example.org/x\u200b",
    };
    expect(await upsert(paper)).toMatchObject({
      userErrors: [],
      papers: [
        {
          title: "Safeeltit",
          abstract: "Softly",
          keywords: ["agents"],
          authors: { nodes: [{ name: "Ada Example" }] },
          codeUrl: "https://gitlab.com/owner/repo",
          projectUrl: "https://example.org/x",
        },
      ],
    });
    expect(await upsert({ title: "\u200b" }, { title: "A", authors: ["\u202e"] })).toMatchObject({
      userErrors: [{ path: ["input", "papers", "0", "title"] }, { path: ["input", "papers", "1", "authors"] }],
    });
  });

  test("refuses an owner for a repository", async () => {
    expect(await upsert({ title: "A", codeUrl: "https://github.com/owner" })).toMatchObject({
      userErrors: [
        {
          message: '"https://github.com/owner" names no repository.',
          path: ["input", "papers", "0", "codeUrl"],
        },
      ],
    });
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
    const { a, b } = await t.api.data(
      `mutation { ${step("a", "2026-02-03", "First")} ${step("b", "2026-03-10", "Second")} }`,
      {},
      token(),
    );
    const after = await t.api.data(
      "{ papers(first: 1) { nodes { title featuredOn authors { nodes { name } } standings { feed { key updatedAt papers { totalCount } } } } } }",
    );
    const keysOf = ({ standings }: { standings: { feed: { key: string } }[] }) => standings.map(({ feed }) => feed.key);
    expect(keysOf(a.papers[0])).toContain("2026-02-03");
    expect(keysOf(b.papers[0])).toContain("2026-03-10");
    expect(b.papers).toEqual(after.papers.nodes);
    expect(a.papers[0]).toMatchObject({ title: "First", authors: { nodes: [{ name: "First" }] } });
  });

  test("needs the scope, a list of at most 100, and real URLs and days", async () => {
    const codeOf = async (papers: object[], as = token()) =>
      (await t.api.ask(UPSERT, { papers }, as)).errors?.[0]?.extensions.code;
    expect(await codeOf([{ title: "x" }], await signIn(t.db, "bob"))).toBe("FORBIDDEN");
    expect(await codeOf(Array(101).fill({ title: "x" }))).toBe("BAD_USER_INPUT");
    expect(await codeOf([{ title: "x", url: "javascript:alert(1)" }])).toBe("BAD_USER_INPUT");
    expect(await codeOf([{ title: "x", url: "https://x.test/a, https://x.test/b" }])).toBe("BAD_USER_INPUT");
    expect(await codeOf([{ title: "x", featuredOn: "2026-02-30" }])).toBe("BAD_USER_INPUT");
    expect(await t.db.run("select from papers")).toEqual([]);
  });
});
