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
    expect(await titles({ categories: ["cs"], excludeCategories: ["stat"] })).toEqual(["B"]);
    expect(await titles({ categories: ["cs.CL", "cs.CV"], excludeCategories: ["cs.CL"] })).toEqual(["B"]);
  });

  test("withdrawn papers are kept or left out", async () => {
    const at = new Date("2026-01-07T00:00:00Z");
    await importRecords(t.db, [sourceRecord({ title: "A", withdrawnAt: at }), sourceRecord({ title: "B" })]);
    expect(await titles({})).toEqual(["A", "B"]);
    expect(await titles({ withdrawn: true })).toEqual(["A"]);
    expect(await titles({ withdrawn: false })).toEqual(["B"]);
  });
});
