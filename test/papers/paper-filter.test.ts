import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const TITLES = "query ($filter: PaperFilter) { papers(filter: $filter, first: 100) { totalCount nodes { title } } }";
/** Where the filter is taken, too. */
const OTHER_DOORS = [
  "trendingPapers(window: DAY, filter: $filter) { totalCount }",
  "paperChanges(filter: $filter, first: 1) { nodes { id } }",
  'searchPapers(query: "x", filter: $filter, first: 1) { nodes { id } }',
  'searchPapers(query: "x", mode: HYBRID, filter: $filter, first: 1) { nodes { id } }',
  'similarPapers(to: "UGFwZXI6MQ", filter: $filter, first: 1) { nodes { id } }',
  'feed(on: "2026-01-01") { papers(filter: $filter, first: 1) { nodes { id } } }',
].map((field) => `query ($filter: PaperFilter) { ${field} }`);

describe("papers", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const titles = async (filter: object) => {
    const { papers } = await t.api.data(TITLES, { filter });
    expect(papers.totalCount).toBe(papers.nodes.length);
    return papers.nodes.map((node: { title: string }) => node.title).sort();
  };

  describe("filters", () => {
    test("keywords match words and phrases in title, abstract or keywords, not author names", async () => {
      await importRecords(t.db, [
        sourceRecord({ title: "Diffusion models" }),
        sourceRecord({ title: "In the abstract", abstract: "We diffuse a model." }),
        sourceRecord({ title: "In the keywords", keywords: ["Diffusion"] }),
        sourceRecord({ title: "By an author", authors: ["Rosa Diffusion"], authorCount: 1 }),
        sourceRecord({ title: "Models of diffusion" }),
      ]);
      expect(await titles({ keywords: ["diffusion"] })).toEqual([
        "Diffusion models",
        "In the abstract",
        "In the keywords",
        "Models of diffusion",
      ]);
      expect(await titles({ keywords: ["diffusion models"] })).toEqual(["Diffusion models"]);
      expect(await titles({ keywords: ["diffusion models", "keyword"] })).toEqual([
        "Diffusion models",
        "In the keywords",
      ]);
      expect(await titles({ keywords: ["diffusion"], excludeKeywords: ["models"] })).toEqual(["In the keywords"]);
    });

    test("authors, organizations, upvotes, code and featuring narrow the list", async () => {
      await importRecords(t.db, [
        sourceRecord({
          title: "A",
          authors: ["Ada", "Bob"],
          authorCount: 2,
          upvotes: 3,
          codeUrl: "https://x.test/a",
          featured: featured("2026-01-06"),
        }),
        sourceRecord({
          title: "B",
          authors: ["Bob"],
          authorCount: 1,
          upvotes: 2,
          organization: { key: "lab", name: "Lab" },
        }),
        sourceRecord({ title: "C", publishedOn: undefined }),
      ]);
      const { papers } = await t.api.data(
        "{ papers { nodes { title organization { id } authors { nodes { id name } } } } }",
      );
      const bob = papers.nodes
        .flatMap((p: { authors: { nodes: { name: string; id: string }[] } }) => p.authors.nodes)
        .find((a: { name: string }) => a.name === "Bob");
      const lab = papers.nodes.find((p: { title: string }) => p.title === "B").organization;
      expect(await titles({ authorIds: [bob.id] })).toEqual(["A", "B"]);
      expect(await titles({ organizationIds: [lab.id] })).toEqual(["B"]);
      expect(await titles({ authorIds: [bob.id], organizationIds: [lab.id] })).toEqual(["B"]);
      expect(await titles({ minUpvotes: 3 })).toEqual(["A"]);
      expect(await titles({ hasCode: true })).toEqual(["A"]);
      expect(await titles({ hasCode: false })).toEqual(["B", "C"]);
      expect(await titles({ featured: true })).toEqual(["A"]);
      expect(await titles({ featured: false })).toEqual(["B", "C"]);
      expect(await titles({ publishedFrom: "2026-01-05", publishedTo: "2026-01-05" })).toEqual(["A", "B"]);
      expect(await titles({ publishedFrom: "2026-01-06" })).toEqual([]);
    });

    test("featuredFrom and featuredTo ask for any feed day, not only the latest", async () => {
      const base = { arxivId: "2601.00001", title: "Twice" };
      await importRecords(t.db, [
        sourceRecord({ ...base, featured: featured("2026-01-06") }),
        sourceRecord({ ...base, featured: featured("2026-01-16") }),
      ]);
      expect(await titles({ featuredTo: "2026-01-10" })).toEqual(["Twice"]);
      expect(await titles({ featuredFrom: "2026-01-10" })).toEqual(["Twice"]);
      expect(await titles({ featuredFrom: "2026-01-07", featuredTo: "2026-01-15" })).toEqual([]);
    });

    test.each([
      [{ featuredFrom: "2026-01-02", featuredTo: "2026-01-01" }, "filter.featuredFrom"],
      [{ publishedFrom: "2026-01-02", publishedTo: "2026-01-01" }, "filter.publishedFrom"],
      [{ minUpvotes: -1 }, "filter.minUpvotes"],
      [{ keywords: [""] }, "filter.keywords"],
      [{ keywords: Array(21).fill("a") }, "filter.keywords"],
      [{ excludeKeywords: ["x".repeat(101)] }, "filter.excludeKeywords"],
      [{ categories: ["artificial intelligence"] }, "filter.categories"],
      [{ categories: ["cs.C"] }, "filter.categories"],
      [{ excludeCategories: [""] }, "filter.excludeCategories"],
      [{ excludeCategories: Array(21).fill("cs.AI") }, "filter.excludeCategories"],
      [{ authorIds: ["nonsense"] }, "filter.authorIds.0"],
      [{ organizationIds: [Buffer.from("Author:1").toString("base64url")] }, "filter.organizationIds.0"],
    ])("%j is BAD_USER_INPUT naming the field", async (filter, argument) => {
      const { errors } = await t.api.ask(TITLES, { filter });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
    });

    test.each([
      [{ keywords: ["IT"] }, "keywords", '"IT" holds only words too common to search for.'],
      [{ keywords: ["agents", "the who"] }, "keywords", '"the who" holds only words too common to search for.'],
      [{ excludeKeywords: ["-"] }, "excludeKeywords", '"-" holds no word to search for.'],
    ])("%j, which no paper can match, is refused with a sentence", async (filter, name, message) => {
      await importRecords(t.db, [sourceRecord({ title: "x", featured: featured("2026-01-01") })]);
      for (const query of [TITLES, ...OTHER_DOORS]) {
        const { errors } = await t.api.ask(query, { filter });
        expect(errors).toMatchObject([{ message, extensions: { code: "BAD_USER_INPUT", argument: `filter.${name}` } }]);
      }
    });

    const agents = 'the only keyword is left out again: "agents" by "agents"';
    const remove = "Remove words from one of the two lists.";
    test.each<[object, string, string]>([
      [{ keywords: ["agents"], excludeKeywords: ["agents"] }, "excludeKeywords", `${agents}. ${remove}`],
      [
        { keywords: ["AI Agents", "robots"], excludeKeywords: ["survey", "Robot", "agent"], hasCode: true },
        "excludeKeywords",
        `all keywords are left out again, as "AI Agents" by "agent". ${remove}`,
      ],
      [
        { categories: ["cs.cl"], excludeCategories: ["stat", "cs.CL"] },
        "excludeCategories",
        'the only category is left out again: "cs.cl" by "cs.CL". Remove categories from one of the two lists.',
      ],
      [
        { categories: ["cs.AI", "hep-th"], excludeCategories: ["hep-th", "cs"] },
        "excludeCategories",
        'all categories are left out again, as "cs.AI" by "cs". Remove categories from one of the two lists.',
      ],
      [
        { featured: false, featuredFrom: "2026-01-01" },
        "featuredFrom",
        "featured is false, and featuredFrom asks for papers that were featured. Leave out one of them.",
      ],
      [
        { featured: false, featuredTo: "2026-01-01" },
        "featuredTo",
        "featured is false, and featuredTo asks for papers that were featured. Leave out one of them.",
      ],
    ])("%j, of which one condition excludes another, is refused with a sentence", async (filter, name, why) => {
      await importRecords(t.db, [sourceRecord({ title: "x", featured: featured("2026-01-01") })]);
      const listening = "subscription ($filter: PaperFilter) { paperFeatured(filter: $filter) { rank } }";
      const { text } = await t.api
        .http()
        .post("/graphql/stream")
        .set("accept", "text/event-stream")
        .send({ query: listening, variables: { filter } });
      expect(text).toContain(JSON.stringify(`No paper can match: ${why}`));
      for (const query of [
        TITLES,
        "query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }",
        ...OTHER_DOORS,
      ]) {
        const { errors } = await t.api.ask(query, { filter });
        const extensions = { code: "BAD_USER_INPUT", argument: `filter.${name}` };
        expect(errors).toMatchObject([{ message: `No paper can match: ${why}`, extensions }]);
      }
    });

    /** What `includesWords` says is certain, full-text search says too. */
    test.each([
      ["agents", "agents", true],
      ["Agents", "agent", true],
      ["AGENT", "ａｇｅｎｔs", true],
      ["policies", "policy", true],
      ["classes", "class", true],
      ["nets", "net", true],
      ["naïve Bayes", "naive bayes", true],
      ["C++", "c++", true],
      ["GPT-4", "gpt-4", true],
      ["multi agent systems", "agent system", true],
      ["“tool use”", "tool use", true],
      ["agent", "agent systems", false],
      ["agents", "robots", false],
      ["GPT 4", "GPT", false],
      ["C++", "C", false],
      [".NET", "NET", false],
      ["news", "new", false],
      ["gas", "ga", false],
      ["tool use", "use tool", false],
    ])("keywords [%j] without [%j]: refused is %s", async (wanted, unwanted, isRefused) => {
      const filter = { keywords: [wanted], excludeKeywords: [unwanted] };
      const { errors } = await t.api.ask(TITLES, { filter });
      expect(errors !== undefined).toBe(isRefused);
      // Papers that have the keyword in each way that it is found.
      const printed = [wanted, wanted.replace(/\s+/g, ""), wanted.replace(/\s+/g, "-"), `${wanted} x`, `x ${wanted}s`];
      await importRecords(
        t.db,
        printed.map((title, i) => sourceRecord({ arxivId: `2601.0000${i}`, title })),
      );
      const found = await titles({ keywords: [wanted] });
      expect(found.length).toBeGreaterThan(0);
      if (isRefused) expect(await titles({ keywords: [unwanted] })).toEqual(expect.arrayContaining(found));
    });

    test("is taken where some keyword is left", async () => {
      await importRecords(t.db, [sourceRecord({ title: "Agents" }), sourceRecord({ title: "Robots" })]);
      expect(await titles({ keywords: ["agents", "robots"], excludeKeywords: ["agents"] })).toEqual(["Robots"]);
    });

    test.each(["2026-02-30", "infinity", "now", "10000-01-01", "2026-1-1", ""])(
      "the day %j is refused",
      async (day) => {
        const { errors } = await t.api.ask(TITLES, { filter: { publishedFrom: day } });
        expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
      },
    );

    test("NUL in a text is BAD_USER_INPUT, not a failure", async () => {
      const { errors } = await t.api.ask(TITLES, { filter: { keywords: ["a\u0000b"] } });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
      expect(t.api.logged).toEqual([]);
    });
  });
});
