import { encodeCursor } from "../../src/paging/cursor";
import { fuse, MAX_OF_ARM, readArms, writeArms } from "../../src/search/fusion";
import { startApi, testLimits } from "../support/api";
import { importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { describeByPlace } from "../support/pgvector/places";
import { useApiOn } from "../support/use-api";

const SEARCH = `query ($query: String!, $mode: SearchMode!, $filter: PaperFilter, $first: Int, $after: String) {
  searchPapers(query: $query, mode: $mode, filter: $filter, first: $first, after: $after) {
    ${pageFields} edges { cursor score foundBy highlights { field } node { id title } }
  }
}`;
const MODES = ["KEYWORD", "MEANING", "HYBRID"];

interface Edge {
  cursor: string;
  score: number;
  foundBy: string[];
  highlights: object[];
  node: { id: string; title: string };
}

const limits = { ...testLimits, MAX_COST: 100_000 };

describeByPlace("searches by meaning", (place) => {
  const t = useApiOn(place.open, { limits });
  const QUBITS = "Fault-tolerant logical qubits on a surface code";
  const CODES = "Quantum error correction";
  const NEWS = "Recommending news to readers";
  const REFERENCE = "2601.00001";
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: QUBITS, codeUrl: "https://x.test/a" }),
      sourceRecord({ title: CODES, abstract: "Codes for noisy machines.", upvotes: 3 }),
      sourceRecord({ title: "Quantum walks on graphs", arxivId: REFERENCE }),
      sourceRecord({ title: NEWS, codeUrl: "https://x.test/b" }),
      sourceRecord({ title: "大规模语言模型" }),
      ...Array.from({ length: 30 }, (_, i) => sourceRecord({ title: `Vision transformers ${i}`, upvotes: i % 3 })),
    ]);
  });

  const edgesOf = async (query: string, mode: string, filter?: object): Promise<Edge[]> => {
    const { searchPapers } = await t.api.data(SEARCH, { query, mode, filter, first: 100 });
    expect(searchPapers.totalCount).toBe(searchPapers.edges.length);
    const scores = searchPapers.edges.map((edge: Edge) => edge.score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    return searchPapers.edges;
  };
  const titlesOf = async (...search: Parameters<typeof edgesOf>) =>
    (await edgesOf(...search)).map(({ node }) => node.title);
  const walkOf = (variables: object) => ({
    query: SEARCH,
    at: (data: { searchPapers: object }) => data.searchPapers,
    variables,
  });

  test("find what has none of the words, and say how each was found", async () => {
    expect(await titlesOf("quantum error correction", "KEYWORD")).toEqual([CODES]);
    const meaning = await edgesOf("quantum error correction", "MEANING");
    expect(meaning[0]!.node.title).toBe(CODES);
    expect(meaning.slice(0, 3).map(({ node }) => node.title)).toContain(QUBITS);
    expect(meaning).toHaveLength(34);
    expect(meaning.find(({ node }) => node.title === QUBITS)).toMatchObject({ foundBy: ["MEANING"], highlights: [] });
    expect(meaning[0]).toMatchObject({ highlights: [{ field: "title" }] });
    const [both, ...others] = await edgesOf("quantum error correction", "HYBRID");
    expect(both).toMatchObject({ node: { title: CODES }, foundBy: ["KEYWORD", "MEANING"], score: 2 / 61 });
    expect(others.slice(0, 2)).toMatchObject([
      { foundBy: ["MEANING"], score: 1 / 62 },
      { foundBy: ["MEANING"], score: 1 / 63 },
    ]);
    expect(others.slice(0, 2).map(({ node }) => node.title)).toContain(QUBITS);
    expect((await edgesOf("quantum error correction", "KEYWORD"))[0]!.foundBy).toEqual(["KEYWORD"]);
  });

  test("leave out papers with excluded words, and those that the filter does", async () => {
    for (const mode of ["MEANING", "HYBRID"]) {
      const without = await titlesOf('quantum error correction -"surface code" -walks', mode);
      expect(without[0]).toBe(CODES);
      expect(without).not.toContain(QUBITS);
      expect(without).not.toContain("Quantum walks on graphs");
      expect(await titlesOf("quantum error correction", mode, { hasCode: true })).toEqual([QUBITS, NEWS]);
      expect(await titlesOf("quantum", mode, { keywords: ["nothing of the kind"] })).toEqual([]);
    }
  });

  test("read what is excluded as searches by words do: not within quotes, but right behind them and behind brackets", async () => {
    const WALKS = "Quantum walks on graphs";
    for (const mode of MODES.slice(1)) {
      expect(await titlesOf('"quantum -walks" machines', mode)).toContain(WALKS);
      for (const query of [
        '"quantum"-walks',
        "quantum (-walks)",
        "quantum -(walks)",
        'quantum -walks"error correction"',
      ]) {
        const without = await titlesOf(query, mode);
        expect(without).toContain(CODES);
        expect(without).not.toContain(WALKS);
      }
    }
  });

  test("leave out of both arms what is excluded, though one of the words would do", async () => {
    const query = "correction or qubits -noisy";
    expect((await titlesOf(query, "KEYWORD")).sort()).toEqual([QUBITS, CODES].sort());
    for (const mode of MODES.slice(1)) {
      const without = await titlesOf(query, mode);
      expect(without).toContain(QUBITS);
      expect(without).not.toContain(CODES);
    }
  });

  test("find by the words alone what the model does not know, and the paper that a reference names", async () => {
    expect(await titlesOf("大规模", "MEANING")).toEqual([]);
    expect(await edgesOf("大规模", "HYBRID")).toMatchObject([{ foundBy: ["KEYWORD"] }]);
    for (const mode of MODES) {
      expect(await titlesOf(`arXiv:${REFERENCE}v2`, mode)).toEqual(["Quantum walks on graphs"]);
      expect(await walkForward(t.api, walkOf({ query: REFERENCE, mode }), 1)).toHaveLength(1);
      expect(await titlesOf("the", mode)).toEqual([]);
    }
    expect((await edgesOf("quantun corection", "HYBRID"))[0]).toMatchObject({ node: { title: CODES } });
  });

  test.each(MODES)("%s is paged whole, and each mode refuses the cursors of others", async (mode) => {
    const variables = { query: "vision transformers", mode };
    const edges = await edgesOf("vision transformers", mode);
    expect(edges.length).toBeGreaterThanOrEqual(30);
    expect(await walkForward(t.api, walkOf(variables), 7)).toEqual(edges.map(({ node }) => node.id));
    const after = edges[4]!.cursor;
    const { searchPapers } = await t.api.data(SEARCH, { ...variables, after, first: 1 });
    expect(searchPapers.edges).toEqual([edges[5]]);
    const others = [...MODES.filter((each) => each !== mode).map((each) => ({ ...variables, mode: each }))];
    for (const other of [...others, { ...variables, filter: { hasCode: false } }]) {
      const { errors } = await t.api.ask(SEARCH, { ...other, after });
      expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "after" } });
    }
  });

  test("can be paged with all of pageInfo, and with any filter, within what an operation may cost", async () => {
    const PAGE = `query ($after: String, $filter: PaperFilter) {
      searchPapers(query: "vision", mode: HYBRID, first: 1, after: $after, filter: $filter) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const usual = t.use(await startApi(t.db));
    const page = async (variables: object) => (await usual.data(PAGE, variables)).searchPapers.pageInfo;
    const { endCursor } = await page({});
    expect(await page({ after: endCursor })).toMatchObject({ hasPreviousPage: true });
    const near = [(await t.api.data("{ papers(first: 1) { nodes { id } } }")).papers.nodes[0].id];
    const words = Array.from({ length: 20 }, (_, i) => `word ${i}`);
    await page({
      filter: { near, keywords: words, excludeKeywords: ["medical"], categories: ["cs.CL"], hasCode: true },
    });
  });

  test("fuse once: pages of a walk neither skip nor repeat, though papers and votes change and another process answers", async () => {
    const variables = { query: "vision transformers", mode: "HYBRID" };
    const first = (await t.api.data(SEARCH, { ...variables, first: 100 })).searchPapers;
    const page = (await t.api.data(SEARCH, { ...variables, first: 10 })).searchPapers;
    await importRecords(
      t.db,
      Array.from({ length: 5 }, (_, i) => sourceRecord({ title: `Vision transformers, new ${i}`, upvotes: 50 })),
    );
    await t.db.run(
      "update papers set upvote_count = 100 - upvote_count, title = 'x' || title where title like 'Vision%'",
    );
    await t.db.run("delete from papers where title like '%transformers 7'");
    const another = await startApi(t.db, { limits });
    try {
      const rest = await another.data(SEARCH, { ...variables, first: 100, after: page.pageInfo.endCursor });
      const titles = [...page.edges, ...rest.searchPapers.edges].map(({ node }: Edge) => node.title.replace(/^x/, ""));
      const expected = first.edges.map(({ node }: Edge) => node.title);
      expect(titles).toEqual(expected.filter((title: string) => !title.endsWith("transformers 7")));
      expect(rest.searchPapers.totalCount).toBe(first.totalCount);
    } finally {
      await another.close();
    }
  });

  test("refuse forged cursors", async () => {
    const binding = JSON.stringify(["searchPapers", "vision", null, "HYBRID"]);
    for (const mark of ["", "!", "AA", writeArms({ keyword: [1, 1], meaning: [] }), "gICAgICAgIAB", "Av8"]) {
      for (const place of [1, 0, -1]) {
        const after = encodeCursor(binding, [place, mark]);
        const { errors, data } = await t.api.ask(SEARCH, { query: "vision", mode: "HYBRID", after });
        if (mark === "AA") expect(data!.searchPapers.edges).toEqual([]);
        else expect(errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "after" } });
      }
    }
  });
});

test("ranks of both arms add up, and cursors hold them in few bytes", () => {
  const arms = {
    keyword: Array.from({ length: MAX_OF_ARM }, (_, i) => 1_900_000 + i),
    meaning: Array.from({ length: MAX_OF_ARM }, (_, i) => 2_000_000 + 7 * i),
  };
  expect(readArms(writeArms(arms))).toEqual(arms);
  expect(writeArms(arms).length).toBeLessThan(1700);
  const few = { keyword: [5, 2 ** 31 - 1], meaning: [9, 5] };
  expect(readArms(writeArms(few))).toEqual(few);
  expect(fuse(few)).toEqual([
    { paperId: 5, score: 1 / 61 + 1 / 62, foundBy: ["KEYWORD", "MEANING"] },
    { paperId: 9, score: 1 / 61, foundBy: ["MEANING"] },
    { paperId: 2 ** 31 - 1, score: 1 / 62, foundBy: ["KEYWORD"] },
  ]);
});
