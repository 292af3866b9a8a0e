import { importRecords, sourceRecord } from "../support/factories";
import { walkForward } from "../support/paging";
import { SEARCH, useSearch } from "./use-search";

describe("search", () => {
  const { t, edgesOf, found } = useSearch();

  test("a word weighs most in the title, then in author names, then in keywords, then in the abstract", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Four", abstract: "gauss ".repeat(50) }),
      sourceRecord({ title: "Three", keywords: ["gauss"] }),
      sourceRecord({ title: "Two", authors: ["Carl Gauss"], authorCount: 1 }),
      sourceRecord({ title: "One gauss" }),
    ]);
    const edges = await edgesOf("gauss");
    expect(edges.map((edge) => edge.node.title)).toEqual(["One gauss", "Two", "Three", "Four"]);
    const scores = edges.map((edge) => edge.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  });

  test("a pasted reference finds its paper alone, within the filter", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Named", arxivId: "2409.04828", keywords: ["a"] }),
      sourceRecord({ title: "Follows 2409.04828", abstract: "See arXiv:2409.04828." }),
      sourceRecord({ title: "Elsewhere", url: "https://lab.example/papers/7", doi: "10.1000/182" }),
      sourceRecord({ title: "Follows 10.1000/182", abstract: "See https://lab.example/papers/7 and doi:10.1000/182." }),
    ]);
    for (const reference of [
      "10.1000/182",
      "https://doi.org/10.1000/182",
      "doi:10.1000/182",
      "https://lab.example/papers/7",
    ]) {
      expect(await found(reference)).toEqual(["Elsewhere"]);
    }
    for (const reference of [
      "2409.04828",
      "https://arxiv.org/abs/2409.04828v2",
      "arXiv:2409.04828 [cs.CV] 7 Sep 2024",
    ]) {
      expect(await found(reference)).toEqual(["Named"]);
    }
    expect(await found("2409.04828", { keywords: ["nothing"] })).not.toContain("Named");
    const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers };
    expect(await walkForward(t.api, { ...walk, variables: { query: "2409.04828" } }, 1)).toHaveLength(1);
  });

  test("a pasted reference to a paper that is not known is searched for as words", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Follows another", abstract: "See 2409.04828 for more." })]);
    expect(await found("2409.04828")).toEqual(["Follows another"]);
  });

  test("ties go by upvotes", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "gauss a", upvotes: 1 }),
      sourceRecord({ title: "gauss b", upvotes: 5 }),
      sourceRecord({ title: "gauss c", upvotes: 3 }),
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
    await importRecords(t.db, [
      sourceRecord({ title: "Neither", upvotes: 1 }),
      sourceRecord({ title: "Euler alone", upvotes: 2 }),
      sourceRecord({ title: "Three", abstract: "gauss", upvotes: 9 }),
      sourceRecord({ title: "Two", keywords: ["gauss"] }),
      sourceRecord({ title: "Gauss and Euler" }),
      sourceRecord({ title: "Gauss", upvotes: 1 }),
    ]);
    expect(await found(query)).toEqual(titles);
  });

  test("a query that only excludes is ordered by upvotes, page by page", async () => {
    const records = Array.from({ length: 20 }, (_, i) => sourceRecord({ title: `gauss ${i}`, upvotes: i % 7 }));
    await importRecords(t.db, [...records, sourceRecord({ title: "euler", upvotes: 99 })]);
    const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers };
    for (const query of ["-euler", "gauss -euler", "nothing or -euler"]) {
      const forward = await walkForward(t.api, { ...walk, variables: { query } }, 3);
      expect(forward).toEqual(await walkForward(t.api, { ...walk, variables: { query } }, 100));
      expect(new Set(forward).size).toBe(20);
    }
    const edges = await edgesOf("-euler");
    expect(edges.map((edge) => Number(edge.node.title.slice(6)) % 7)).toEqual(
      records.map((_, i) => i % 7).sort((a, b) => b - a),
    );
  });

  test("web-search syntax: all words, quotes, or, minus; stems and accents do not matter", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Running neural networks" }),
      sourceRecord({ title: "Networks of neural cells" }),
      sourceRecord({ title: "Poincaré maps" }),
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
      await importRecords(t.db, [sourceRecord({ title: "The of and" })]);
      expect(await found(query)).toEqual([]);
    },
  );

  test.each(["a:*", "(((", "' or 1=1 --", "\\", "foo & | bar", ":", "<->"])(
    "%j is taken as words, not as syntax",
    async (query) => {
      await importRecords(t.db, [sourceRecord({ title: "Paper" })]);
      await found(query);
      expect(t.api.logged).toEqual([]);
    },
  );

  test("a query that is too long is BAD_USER_INPUT", async () => {
    const { errors } = await t.api.ask(SEARCH, { query: "x".repeat(301) });
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "query" } }]);
  });

  test("highlights give offsets of each match into plain text, in UTF-16 units", async () => {
    await importRecords(t.db, [
      sourceRecord({
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
    await importRecords(
      t.db,
      Array.from({ length: 30 }, (_, i) => sourceRecord({ title: `gauss ${i}` })),
    );
    const count = async (first: number) => {
      t.db.takeStatements();
      await t.api.data(SEARCH, { query: "gauss", first });
      return t.db.takeStatements().length;
    };
    // What papers say is in memory then.
    await count(30);
    expect(await count(30)).toBe(await count(1));
  });

  test.each(["gauss", "gaussianly"])(
    "%s: pages put together are the whole list, with ties, in the mode of the first page",
    async (query) => {
      await importRecords(
        t.db,
        Array.from({ length: 30 }, (_, i) =>
          sourceRecord({
            title: `Gauss gaussianli ${i % 3 ? "" : "theory of"}`,
            upvotes: i % 4,
            publishedOn: `2026-02-${10 + (i % 15)}`,
            arxivId: `2602.000${10 + i}`,
          }),
        ),
      );
      const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers, variables: { query } };
      const forward = await walkForward(t.api, walk, 7);
      expect(new Set(forward).size).toBe(30);
      expect(await walkForward(t.api, walk, 100)).toEqual(forward);
    },
  );
});
