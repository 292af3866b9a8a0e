import { sql } from "../../src/db/sql";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

describe("categories that no filter takes", () => {
  const t = useApi();

  test("of papers that were stored with them are neither listed nor counted", async () => {
    await importRecords(t.db, [sourceRecord({ categories: ["cs.CL"] })]);
    await t.db.query(sql`update papers set categories = '{cs.CL,na,foo.bar}'`);
    await t.db.query(
      sql`insert into category_counts (category, paper_count) values ('na', 1), ('foo.bar', 1), ('foo', 1)`,
    );
    const { categories, all, counted } = await t.api.data(`{
      categories { category }
      all: paperFacets(by: [CATEGORY]) { values { value } }
      counted: paperFacets(by: [CATEGORY], filter: { minUpvotes: 0 }) { values { value } } }`);
    expect(categories.map(({ category }: { category: string }) => category).sort()).toEqual(["cs", "cs.CL"]);
    for (const [facet] of [all, counted]) {
      expect(facet.values.map(({ value }: { value: string }) => value).sort()).toEqual(["cs", "cs.CL"]);
    }
  });
});
