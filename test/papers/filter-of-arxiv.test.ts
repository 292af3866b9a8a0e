import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const TITLES = "query ($filter: PaperFilter) { papers(filter: $filter, first: 100) { totalCount nodes { title } } }";

describe("the filter of papers", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const titles = async (filter: object) => {
    const { papers } = await t.api.data(TITLES, { filter });
    expect(papers.totalCount).toBe(papers.nodes.length);
    return papers.nodes.map((node: { title: string }) => node.title).sort();
  };

  test("categories keep papers of any of them or of an archive, in any case; excluded ones win; unknown ones are no category", async () => {
    const categories = {
      A: ["cs.CL", "stat.ML"],
      B: ["cs.CV"],
      C: ["math-ph", "math.MP"],
      D: ["astro-ph"],
      E: undefined,
    };
    const named = Object.entries(categories).map(([title, each]) => sourceRecord({ title, categories: each }));
    await importRecords(t.db, named);
    expect(await titles({ categories: ["cs.CL"] })).toEqual(["A"]);
    expect(await titles({ categories: ["CS.cl", " Math-PH "] })).toEqual(["A", "C"]);
    expect(await titles({ categories: ["cs"] })).toEqual(["A", "B"]);
    expect(await titles({ categories: ["math"] })).toEqual(["C"]);
    expect(await titles({ categories: ["astro-ph"] })).toEqual(["D"]);
    expect(await titles({ categories: ["hep-th"] })).toEqual([]);
    expect(await titles({ excludeCategories: ["cs.CV", "math"] })).toEqual(["A", "D", "E"]);
    expect(await titles({ excludeCategories: ["cs.AI"] })).toEqual(["A", "B", "C", "D", "E"]);
    expect(await titles({ excludeCategories: [] })).toEqual(["A", "B", "C", "D", "E"]);
    expect(await titles({ excludeCategories: ["math-ph"] })).toEqual(["A", "B", "D", "E"]);
    expect(await titles({ categories: ["cs"], excludeCategories: ["stat"] })).toEqual(["B"]);
    expect(await titles({ categories: ["cs.CL", "cs.CV"], excludeCategories: ["cs.CL"] })).toEqual(["B"]);
  });

  test.each([
    ["cs.ML", "Did you mean stat.ML?"],
    ["ai", "Did you mean cs.AI?"],
    ["cv", "Did you mean cs.CV or math.CV?"],
    ["ma.ST", "Did you mean math.ST or q-fin.ST?"],
    ["nlp", "arxiv.org/category_taxonomy lists them all."],
    ["zz.ZZ", "arxiv.org/category_taxonomy lists them all."],
  ])("that arXiv does not have are refused, as no paper would ever match: %s", async (category, hint) => {
    for (const name of ["categories", "excludeCategories"]) {
      for (const field of ["nodes { id }", "totalCount"]) {
        const query = `query ($filter: PaperFilter) { papers(filter: $filter) { ${field} } }`;
        const { errors } = await t.api.ask(query, { filter: { [name]: ["cs.CL", category] } });
        expect(errors).toMatchObject([
          {
            message: `arXiv has no category "${category}". ${hint}`,
            extensions: { code: "BAD_USER_INPUT", argument: `filter.${name}` },
          },
        ]);
      }
    }
  });

  test("of closed archives are known", async () => {
    await importRecords(t.db, [sourceRecord({ title: "Old", categories: ["cmp-lg"] })]);
    expect(await titles({ categories: ["cmp-lg"] })).toEqual(["Old"]);
  });

  test("withdrawn papers are kept or left out", async () => {
    const at = new Date("2026-01-07T00:00:00Z");
    await importRecords(t.db, [sourceRecord({ title: "A", withdrawnAt: at }), sourceRecord({ title: "B" })]);
    expect(await titles({})).toEqual(["A", "B"]);
    expect(await titles({ withdrawn: true })).toEqual(["A"]);
    expect(await titles({ withdrawn: false })).toEqual(["B"]);
  });
});
