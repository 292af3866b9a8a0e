import { startApi, type TestApi, testLimits } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { importLooks, look } from "./support/factories";
import { pageFields, walkForward } from "./support/paging";

const SEARCH = `query ($query: String!, $filter: PaperFilter, $first: Int, $after: String) {
  searchPapers(query: $query, filter: $filter, first: $first, after: $after) {
    ${pageFields} edges { cursor score highlights { field text ranges } node { title } }
  }
}`;

interface Edge {
  score: number;
  highlights: { field: string; text: string; ranges: [number, number][] }[];
  node: { title: string };
}

describe("search", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db, { limits: { ...testLimits, MAX_COST: 100_000 } });
  });
  afterEach(() => db.reset());
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const edgesOf = async (query: string, filter?: object): Promise<Edge[]> => {
    const { searchPapers } = await api.data(SEARCH, { query, filter });
    expect(searchPapers.totalCount).toBe(searchPapers.edges.length);
    return searchPapers.edges;
  };
  const found = async (query: string, filter?: object) => (await edgesOf(query, filter)).map((edge) => edge.node.title);

  test("a word weighs most in the title, then in author names, then in keywords, then in the abstract", async () => {
    await importLooks(db, [
      look({ title: "Four", abstract: "gauss ".repeat(50) }),
      look({ title: "Three", keywords: ["gauss"] }),
      look({ title: "Two", authors: ["Carl Gauss"], authorCount: 1 }),
      look({ title: "One gauss" }),
    ]);
    const edges = await edgesOf("gauss");
    expect(edges.map((edge) => edge.node.title)).toEqual(["One gauss", "Two", "Three", "Four"]);
    const scores = edges.map((edge) => edge.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test("ties go by upvotes", async () => {
    await importLooks(db, [
      look({ title: "gauss a", upvotes: 1 }),
      look({ title: "gauss b", upvotes: 5 }),
      look({ title: "gauss c", upvotes: 3 }),
    ]);
    expect(await found("gauss")).toEqual(["gauss b", "gauss c", "gauss a"]);
  });

  test.each([
    ["gauss -euler", ["Gauss", "Two", "Three"]],
    ["-euler gauss", ["Gauss", "Two", "Three"]],
    ['gauss -"euler lagrange"', ["Gauss", "Gauss and Euler", "Two", "Three"]],
    ["gauss or -euler", ["Gauss", "Gauss and Euler", "Two", "Three", "Neither"]],
    ["gauss -euler or pasta -rice", ["Gauss", "Two", "Three"]],
  ])("%s is ranked by the words that are wanted, not by those that are excluded", async (query, titles) => {
    await importLooks(db, [
      look({ title: "Neither", upvotes: 1 }),
      look({ title: "Euler alone", upvotes: 2 }),
      look({ title: "Three", abstract: "gauss", upvotes: 9 }),
      look({ title: "Two", keywords: ["gauss"] }),
      look({ title: "Gauss and Euler" }),
      look({ title: "Gauss", upvotes: 1 }),
    ]);
    expect(await found(query)).toEqual(titles);
  });

  test("a query that only excludes is ordered by upvotes, page by page", async () => {
    const looks = Array.from({ length: 20 }, (_, i) => look({ title: `gauss ${i}`, upvotes: i % 7 }));
    await importLooks(db, [...looks, look({ title: "euler", upvotes: 99 })]);
    const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers };
    for (const query of ["-euler", "gauss -euler", "nothing or -euler"]) {
      const forward = await walkForward(api, { ...walk, variables: { query } }, 3);
      expect(forward).toEqual(await walkForward(api, { ...walk, variables: { query } }, 100));
      expect(new Set(forward).size).toBe(20);
    }
    const edges = await edgesOf("-euler");
    expect(edges.map((edge) => Number(edge.node.title.slice(6)) % 7)).toEqual(
      looks.map((_, i) => i % 7).sort((a, b) => b - a),
    );
  });

  test("web-search syntax: all words, quotes, or, minus; stems and accents do not matter", async () => {
    await importLooks(db, [
      look({ title: "Running neural networks" }),
      look({ title: "Networks of neural cells" }),
      look({ title: "Poincaré maps" }),
    ]);
    expect((await found("neural network")).sort()).toEqual(["Networks of neural cells", "Running neural networks"]);
    expect(await found('"neural networks"')).toEqual(["Running neural networks"]);
    expect(await found("neural -run")).toEqual(["Networks of neural cells"]);
    expect((await found("cells or poincare")).sort()).toEqual(["Networks of neural cells", "Poincaré maps"]);
    expect(await found("Poincaré")).toEqual(["Poincaré maps"]);
  });

  test.each(["the of and", "", "   ", "-", '""', "!!!", "% _"])(
    "%j has no word to look for: an empty page, not an error",
    async (query) => {
      await importLooks(db, [look({ title: "The of and" })]);
      expect(await found(query)).toEqual([]);
    },
  );

  test.each(["a:*", "(((", "' or 1=1 --", "\\", "foo & | bar", ":", "<->"])(
    "%j is taken as words, not as syntax",
    async (query) => {
      await importLooks(db, [look({ title: "Paper" })]);
      await found(query);
      expect(api.logged).toEqual([]);
    },
  );

  test("a query that is too long is BAD_USER_INPUT", async () => {
    const { errors } = await api.ask(SEARCH, { query: "x".repeat(301) });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "query" } }]);
  });

  test("a typo finds titles and author names that are spelt alike", async () => {
    await importLooks(db, [
      look({ title: "Attention is all you need", authors: ["Ashish Vaswani"], authorCount: 1 }),
      look({ title: "Something else" }),
    ]);
    expect(await found("atention is all you ned")).toEqual(["Attention is all you need"]);
    expect(await found("trasnformer")).toEqual([]);
    expect(await found("vaswanni")).toEqual(["Attention is all you need"]);
    expect((await edgesOf("vaswanni"))[0]).toMatchObject({ highlights: [], score: expect.any(Number) });
  });

  test.each([
    ["trasnformer", ["Transformers in vision"]],
    ["transfo", ["Transformers in vision"]],
    ["poincre", ["Poincaré maps"]],
    ["neural netwroks", ["Neural networks"]],
    ["netwroks neural", ["Neural networks"]],
    ["transformers visoin pasta", ["Transformers in vision"]],
    ["maps -poincre netwroks", ["Poincaré maps", "Neural networks"]],
    ["netwroks -neural", []],
    ["netwroks - neural", []],
    ["netwroks - pasta", ["Neural networks"]],
    ["netwroks -", ["Neural networks"]],
    ["netwroks -the", ["Neural networks"]],
    ["netwroks -the -neural", []],
    ['trasnformer -"in vision"', []],
    ['trasnformer -"in visoin"', ["Transformers in vision"]],
    ["gausss", ["Poincaré maps"]],
    ["qqqqq", []],
  ])("%s is taken for known words that are spelt alike", async (query, titles) => {
    await importLooks(db, [
      look({ title: "Transformers in vision" }),
      look({ title: "Neural networks", abstract: "Transformers too." }),
      look({ title: "Poincaré maps", authors: ["Carl Gauss"], authorCount: 1 }),
    ]);
    expect(await found(query)).toEqual(titles);
  });

  test("a word that is spelt like stop words alone leaves the other one to be found", async () => {
    await importLooks(db, [look({ title: "The gap between theory and practice", authors: ["Andrei Kolmogorov"] })]);
    expect(await found("betwen kolmogorow")).toEqual(["The gap between theory and practice"]);
  });

  test("of papers that are spelt alike, the 100 with the most upvotes are listed", async () => {
    const looks = Array.from({ length: 130 }, (_, i) => look({ title: `Quantum walk ${i}`, upvotes: i }));
    await importLooks(db, [...looks, look({ title: "Quantums", codeUrl: "https://x.test/c" })]);
    const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers };
    const ids = await walkForward(api, { ...walk, variables: { query: "qantum" } }, 30);
    expect(new Set(ids).size).toBe(100);
    const { searchPapers } = await api.data(SEARCH, { query: "qantum", first: 1 });
    expect(searchPapers).toMatchObject({ totalCount: 100, edges: [{ node: { title: "Quantum walk 129" } }] });
    expect(await found("qantum", { hasCode: true })).toEqual(["Quantums"]);
  });

  test("the typo fallback does not step in for a filter that leaves nothing", async () => {
    await importLooks(db, [look({ title: "gauss" }), look({ title: "gausss", codeUrl: "https://x.test/c" })]);
    expect(await found("gauss", { hasCode: true })).toEqual([]);
  });

  test("highlights give offsets of each match into plain text, in UTF-16 units", async () => {
    await importLooks(db, [
      look({
        title: "𝒢 <b>Gauss</b> & Gaußmann",
        abstract: `${"Filler words here. ".repeat(30)}We honour Gauss in this sentence. ${"More filler again. ".repeat(30)}`,
        keywords: ["carl gauss", "number theory"],
        authors: ["Carl Gauss", "Ada Byron"],
        authorCount: 2,
      }),
    ]);
    const [edge] = await edgesOf("gauss");
    expect(edge!.highlights.map((highlight) => highlight.field)).toEqual(["title", "authors", "keywords", "abstract"]);
    for (const { text, ranges } of edge!.highlights) {
      expect([...text].every((char) => char >= " ")).toBe(true);
      for (const [start, end] of ranges) expect(text.slice(start, end).toLowerCase()).toBe("gauss");
    }
    expect(edge!.highlights[0]).toEqual({ field: "title", text: "𝒢 <b>Gauss</b> & Gaußmann", ranges: [[6, 11]] });
  });

  test("a page of results and its highlights cost as many statements as one result", async () => {
    await importLooks(
      db,
      Array.from({ length: 30 }, (_, i) => look({ title: `gauss ${i}` })),
    );
    const count = async (first: number) => {
      db.takeStatements();
      await api.data(SEARCH, { query: "gauss", first });
      return db.takeStatements().length;
    };
    // What papers say is in memory then.
    await count(30);
    expect(await count(30)).toBe(await count(1));
  });

  test.each(["gauss", "gaussianly"])(
    "%s: pages put together are the whole list, with ties, in the mode of the first page",
    async (query) => {
      await importLooks(
        db,
        Array.from({ length: 30 }, (_, i) =>
          look({
            title: `Gauss gaussianli ${i % 3 ? "" : "theory of"}`,
            upvotes: i % 4,
            publishedOn: `2026-02-${10 + (i % 15)}`,
            arxivId: `2602.000${10 + i}`,
          }),
        ),
      );
      const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers, variables: { query } };
      const forward = await walkForward(api, walk, 7);
      expect(new Set(forward).size).toBe(30);
      expect(await walkForward(api, walk, 100)).toEqual(forward);
    },
  );

  describe("related papers", () => {
    const RELATED =
      "query ($first: Int) { papers(first: 50) { nodes { title relatedPapers(first: $first) { title } } } }";

    test("share distinctive words of title or keywords, nearest first, never the paper itself", async () => {
      await importLooks(db, [
        look({ title: "Quantum error correction codes", keywords: ["surface code"] }),
        look({ title: "Surface codes for quantum error correction" }),
        look({ title: "Quantum walks" }),
        look({ title: "Cooking pasta" }),
      ]);
      const { papers } = await api.data(RELATED, {});
      const nearTo = (title: string) =>
        papers.nodes
          .find((node: { title: string }) => node.title === title)
          .relatedPapers.map((paper: { title: string }) => paper.title);
      expect(nearTo("Quantum error correction codes")).toEqual([
        "Surface codes for quantum error correction",
        "Quantum walks",
      ]);
      expect(nearTo("Cooking pasta")).toEqual([]);
    });

    test("are about the topic: one rare word in common, or words of an abstract, do not outweigh it", async () => {
      const source = "POINTS: improving your vision-language model with affordable strategies";
      const onTopic = Array.from({ length: 30 }, (_, i) => `Vision-language models, part ${i}`);
      await importLooks(db, [
        look({ title: source }),
        ...onTopic.map((title) => look({ title })),
        ...Array.from({ length: 30 }, (_, i) => look({ title: `Cooking pasta ${i}` })),
        look({ title: "Affordable shoes" }),
        look({ title: "Music", abstract: "Affordable strategies are improving points. ".repeat(9) }),
      ]);
      for (const statistics of ["", "analyze papers"]) {
        await db.run(statistics);
        const { papers } = await api.data(
          "{ papers(first: 100) { nodes { title relatedPapers(first: 5) { title } } } }",
        );
        const { relatedPapers } = papers.nodes.find((node: { title: string }) => node.title === source);
        expect(relatedPapers).toHaveLength(5);
        for (const { title } of relatedPapers) expect(onTopic).toContain(title);
      }
    });

    test("take words of any spelling as words only", async () => {
      await importLooks(db, [
        look({ title: "Don't stop: a\\b 'quoted' and C:\\path http://x.test/a?b=1&c='2'" }),
        look({ title: "Stop quoting a path" }),
        look({ title: "Quotation" }),
      ]);
      const { papers } = await api.data(RELATED, {});
      const titles = papers.nodes.map((node: { relatedPapers: { title: string }[] }) =>
        node.relatedPapers.map((paper) => paper.title),
      );
      expect(titles).toContainEqual(["Stop quoting a path"]);
      expect(api.logged).toEqual([]);
    });

    test("take 1 to 20, and cost one statement for a whole page of papers", async () => {
      await importLooks(
        db,
        Array.from({ length: 10 }, (_, i) => look({ title: `Quantum ${i}` })),
      );
      // What papers say is in memory then.
      await api.data(RELATED, { first: 3 });
      db.takeStatements();
      const { papers } = await api.data(RELATED, { first: 3 });
      expect(papers.nodes.every((node: { relatedPapers: object[] }) => node.relatedPapers.length === 3)).toBe(true);
      expect(db.takeStatements()).toHaveLength(2);
      for (const first of [0, 21]) {
        const { errors } = await api.ask(RELATED, { first });
        expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "first" } });
      }
    });
  });
});
