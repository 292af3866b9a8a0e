import { importRecords, sourceRecord } from "../support/factories";
import { walkForward } from "../support/paging";
import { SEARCH, useSearch } from "./use-search";

describe("search", () => {
  const { t, edgesOf, found } = useSearch();

  test("a typo finds titles and author names that are spelt alike", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "Attention is all you need", authors: ["Ashish Vaswani"], authorCount: 1 }),
      sourceRecord({ title: "Something else" }),
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
    await importRecords(t.db, [
      sourceRecord({ title: "Transformers in vision" }),
      sourceRecord({ title: "Neural networks", abstract: "Transformers too." }),
      sourceRecord({ title: "Poincaré maps", authors: ["Carl Gauss"], authorCount: 1 }),
    ]);
    expect(await found(query)).toEqual(titles);
  });

  test.each([
    ["C++", []],
    ["c#", []],
    ["F# -vision", []],
    [".NET", []],
    ["C++ netwroks", ["Neural networks"]],
    ["J# netwroks", ["J# on neural networks"]],
  ])("%s, a word by its sign, is not taken for one without it", async (query, titles) => {
    await importRecords(t.db, [
      sourceRecord({ title: "Plan C of the nets", authors: ["F. C. Net"] }),
      sourceRecord({ title: "J# on neural networks" }),
      sourceRecord({ title: "Neural networks", upvotes: 1 }),
    ]);
    expect((await found(query)).slice(0, 1)).toEqual(titles);
  });

  test("a word that is spelt like stop words alone leaves the other one to be found", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "The gap between theory and practice", authors: ["Andrei Kolmogorov"] }),
    ]);
    expect(await found("betwen kolmogorow")).toEqual(["The gap between theory and practice"]);
  });

  test("of papers that are spelt alike, the 100 with the most upvotes are listed", async () => {
    const records = Array.from({ length: 130 }, (_, i) => sourceRecord({ title: `Quantum walk ${i}`, upvotes: i }));
    await importRecords(t.db, [...records, sourceRecord({ title: "Quantums", codeUrl: "https://x.test/c" })]);
    const walk = { query: SEARCH, at: (data: { searchPapers: unknown }) => data.searchPapers };
    const ids = await walkForward(t.api, { ...walk, variables: { query: "qantum" } }, 30);
    expect(new Set(ids).size).toBe(100);
    const { searchPapers } = await t.api.data(SEARCH, { query: "qantum", first: 1 });
    expect(searchPapers).toMatchObject({ totalCount: 100, edges: [{ node: { title: "Quantum walk 129" } }] });
    expect(await found("qantum", { hasCode: true })).toEqual(["Quantums"]);
  });

  test("the typo fallback does not step in for a filter that leaves nothing", async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "gauss" }),
      sourceRecord({ title: "gausss", codeUrl: "https://x.test/c" }),
    ]);
    expect(await found("gauss", { hasCode: true })).toEqual([]);
  });
});
