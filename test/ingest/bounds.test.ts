import { millisecondsInDay } from "date-fns/constants";
import { importItems } from "../../src/ingest/importer";
import type { ImportItem } from "../../src/ingest/source-record";
import { readHuggingFaceItem } from "../../src/ingest/sources/huggingface.reader";
import { readPage } from "../../src/ingest/sources/page.reader";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const UPSERT = `mutation ($papers: [PaperUpsert!]!) { upsertPapers(input: { papers: $papers }) {
  created userErrors { code message path } papers { title } } }`;
const dayIn = (days: number) => new Date(Date.now() + days * millisecondsInDay).toISOString().slice(0, 10);
const url = (length: number) => `https://x.test/${"a".repeat(length - 15)}`;
const names = (count: number) => Array.from({ length: count }, (_, i) => `Name ${i}`);

type Bad = Record<string, unknown>;

/** What is out of bounds, as Hugging Face, the page and a mutation would say it where they can; what it is said of it. */
const CASES: [what: string, bad: { item?: Bad; page?: string; upsert?: Bad }, reason: RegExp][] = [
  ["a title", { item: { title: "x".repeat(2001) }, upsert: { title: "x".repeat(2001) } }, /^title .*2,000 characters/],
  ["an abstract", { item: { summary: "x".repeat(100_001) } }, /^abstract .*100,000 characters/],
  ["a summary", { item: { ai_summary: "x".repeat(20_001) } }, /^summary .*20,000 characters/],
  [
    "a keyword",
    { item: { ai_keywords: ["x".repeat(201)] }, upsert: { keywords: ["x".repeat(201)] } },
    /^keywords .*200/,
  ],
  [
    "a list of keywords",
    { item: { ai_keywords: names(101) }, upsert: { keywords: names(101) } },
    /^keywords .*100 items/,
  ],
  [
    "a name",
    { item: { authors: [{ name: "x".repeat(501) }] }, upsert: { authors: ["x".repeat(501)] } },
    /^authors .*500/,
  ],
  ["a list of names", { item: { authors: names(10_001).map((name) => ({ name })) } }, /^authors .*10,000 items/],
  [
    "all names together",
    { item: { authors: names(300).map((name) => ({ name: name.repeat(60) })) } },
    /^authors .*120,000 characters/,
  ],
  ["an organization", { item: { organization: { name: "x".repeat(201) } } }, /^organization .*200/],
  [
    "a number of upvotes",
    { item: { upvotes: 2_147_483_647 }, page: "• 6 authors\n·\nSep 8, 2024 99999999999" },
    /^upvotes .*1,000,000,000/,
  ],
  ["a number of votes like a mistake", { item: { upvotes: 1e300 } }, /^upvotes .*1,000,000,000/],
  ["a number of stars", { item: { githubStars: 1_000_000_001 } }, /^codeStars .*1,000,000,000/],
  [
    "a number of authors",
    { page: "• 99999999999999999999999 authors\n·\nSep 8, 2024", upsert: { authorCount: 100_001 } },
    /^authorCount .*100,000/,
  ],
  ["a page's URL", { item: { projectPage: url(2001) }, upsert: { projectUrl: url(2001) } }, /^projectUrl .*2,000/],
  ["a repository's URL", { item: { githubRepo: url(2001) }, upsert: { codeUrl: url(2001) } }, /^codeUrl .*2,000/],
  ["a URL of 50 kB", { upsert: { url: url(50_000) } }, /^url .*2,000/],
  [
    "a publication of the future",
    {
      item: { publishedAt: "9999-12-31T00:00:00Z" },
      page: "• 6 authors\n·\nSep 8, 9999",
      upsert: { publishedOn: "9999-12-31" },
    },
    /^publishedOn .*in the future/,
  ],
  ["one of the day after tomorrow", { upsert: { publishedOn: dayIn(2) } }, /^publishedOn .*in the future/],
  [
    "one before all papers",
    { page: "• 6 authors\n·\nSep 8, 0001", upsert: { publishedOn: "0001-01-01" } },
    /^publishedOn .*before 1900-01-01/,
  ],
  [
    "a feed day of the future",
    { item: { _date: "9999-12-31" }, upsert: { featuredOn: "9999-12-31" } },
    /in the future/,
  ],
  [
    "one before all feeds",
    { item: { _date: "1990-01-01" }, upsert: { featuredOn: "0001-01-01" } },
    /before 1991-08-14/,
  ],
];
const through = (entryPoint: "item" | "page" | "upsert") =>
  CASES.flatMap(([what, bad, reason]) => (bad[entryPoint] ? [[what, bad[entryPoint], reason] as const] : []));
/** Without which an item is none. */
const NEEDED = /^(a title|a feed day of the future|one before all feeds)$/;

describe("what is out of bounds", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const titles = async () =>
    (await t.db.run<{ title: string }>("select title from papers order by id")).map((p) => p.title);
  const run = async (items: ImportItem[]) => {
    const said: string[] = [];
    const say = (_: string, text: string) => said.push(text);
    const report = await importItems(t.db, items, { onNote: say, onRejected: say });
    return { said, report };
  };
  /** It stays without what is dropped, or is rejected; the good ones beside it stay in any case. */
  const expectOthers = async (what: string, bad: string) =>
    expect(await titles()).toEqual(NEEDED.test(what) ? ["Before", "After"] : ["Before", bad, "After"]);

  test.each(through("item"))("%s is told of a Hugging Face item, and costs nothing else", async (what, bad, reason) => {
    const { _date, ...paper } = bad as Bad;
    const items = [{ title: "Before" }, { title: "Bad", ...paper }, { title: "After" }].map((each, i) =>
      readHuggingFaceItem(
        { paper: { id: `2601.0000${i}`, ...each }, ...(i === 1 && { _date }) },
        { location: `line ${i}`, observedAt: new Date() },
      ),
    );
    const { said } = await run(items);
    expect(said).toEqual([expect.stringMatching(new RegExp(reason.source.replace("^", "")))]);
    await expectOthers(what, "Bad");
  });

  test("of a list only what is out of bounds is dropped", async () => {
    const long = "x".repeat(501);
    const paper = { id: "2601.00001", title: "Kept", authors: ["Ada", long, "Bob"], ai_keywords: ["a", long, "b"] };
    const many = { id: "2601.00002", title: "Cut", authors: ["Cleo"], ai_keywords: names(103) };
    const items = [paper, many].map((each, i) =>
      readHuggingFaceItem({ paper: each }, { location: `line ${i}`, observedAt: new Date() }),
    );
    const { said } = await run(items);
    expect(said.sort()).toEqual([
      "authors shortened by 1: it has an item of more than 500 characters.",
      "keywords shortened by 1: it has an item of more than 200 characters.",
      "keywords shortened by 3: it has more than 100 items.",
    ]);
    expect(
      await t.db.run(`select title, keywords, author_count as count, authors_complete as complete,
        array(select a.name from authorships a where a.paper_id = p.id order by position) as names from papers p order by id`),
    ).toEqual([
      { title: "Kept", keywords: ["a", "b"], count: 3, complete: false, names: ["Ada", "Bob"] },
      { title: "Cut", keywords: names(103).slice(0, 100), count: 1, complete: true, names: ["Cleo"] },
    ]);
  });

  test.each(through("page"))("%s is told of a paper of a page, and costs nothing else", async (what, bad, reason) => {
    const good = "• 2 authors\n·\nSep 7, 2024";
    const text = ["Nov 5, 2025", "Before", good, "Bad", bad, "After", good].join("\n");
    const { said } = await run(readPage(text, { trailingNumber: "upvotes" }));
    expect(said).toEqual([expect.stringMatching(reason)]);
    await expectOthers(what, "Bad");
  });

  test.each(through("upsert"))(
    "%s is refused by upsertPapers, which stores the papers beside it",
    async (_, bad, reason) => {
      const token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
      const papers = [{ title: "Before" }, { title: "Bad", ...(bad as Bad) }, { title: "After" }];
      const { upsertPapers } = await t.api.data(UPSERT, { papers }, token);
      const field = Object.keys(bad).at(-1)!;
      expect(upsertPapers).toMatchObject({
        created: 2,
        userErrors: [
          { code: "INVALID", message: expect.stringMatching(reason), path: ["input", "papers", "1", field] },
        ],
      });
      expect(await titles()).toEqual(["Before", "After"]);
    },
  );

  test("a record of the future counts as one of now: the next true one is newer, and no vote is of the future", async () => {
    const item = (upvotes: number, observedAt: string) =>
      readHuggingFaceItem(
        { paper: { id: "2601.00001", title: `With ${upvotes}`, upvotes }, _snapshotAt: observedAt },
        { location: "line 1", observedAt: new Date() },
      );
    for (const [upvotes, observedAt] of [
      [1, "9999-01-01T00:00:00Z"],
      [5, "9999-01-01T00:00:00Z"],
    ] as const) {
      expect((await run([item(upvotes, observedAt)])).said).toEqual([expect.stringContaining("in the future")]);
    }
    await run([item(3, new Date().toISOString())]);
    expect(await titles()).toEqual(["With 3"]);
    expect(await t.db.run("select imported_upvotes as votes from papers")).toEqual([{ votes: 3 }]);
    expect(await t.db.run("select from imported_votes where cast_at > now()")).toEqual([]);
  });

  test("as many votes as may be imported leave room for those of readers", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Loved", upvotes: 1_000_000_000 })]);
    const [{ id }] = (await t.db.run<{ id: number }>("select id from papers")) as [{ id: number }];
    const paperId = Buffer.from(`Paper:${id}`).toString("base64url");
    const vote = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { paper { upvoteCount } } }";
    const { upvotePaper } = await t.api.data(vote, { id: paperId }, await signIn(t.db, "bob"));
    expect(upvotePaper.paper.upvoteCount).toBe(1_000_000_001);
  });
});
