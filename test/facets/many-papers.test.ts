import { useApi } from "../support/use-api";

const QUERY = `query ($filter: PaperFilter, $by: [PaperFacet!]!) {
  paperFacets(filter: $filter, by: $by) { facet isExact values { value count } } }`;

interface Facet {
  facet: string;
  isExact: boolean;
  values: { value: string; count: number }[];
}

describe("facets of very many papers", () => {
  const t = useApi();

  test("count those that were published last, and say that there are more", async () => {
    // Written beside imports, which would take long.
    t.db.allowWrongCounts();
    await t.db.run(`
      insert into papers (title, title_key, search, published_on, categories)
      select 'Paper ' || i, 'paper ' || i, '', date '2000-01-01' + i, case when i > 5 then '{cs.CL}' else '{cs.CV}' end::text[]
      from generate_series(1, 10005) i`);
    const ask = async (filter: object) =>
      (await t.api.data(QUERY, { by: ["TOPIC", "CATEGORY"], filter })).paperFacets as Facet[];
    const [topics, categories] = (await ask({ minUpvotes: 0 })) as [Facet, Facet];
    expect(topics).toEqual({ facet: "TOPIC", isExact: false, values: [] });
    expect(categories.isExact).toBe(false);
    expect(categories.values.map(({ value, count }) => [value, count])).toEqual([
      ["cs.CL", 10_000],
      ["cs", 10_000],
    ]);
    const [, exact] = (await ask({ categories: ["cs.CL"] })) as [Facet, Facet];
    expect(exact).toMatchObject({ isExact: true, values: [{ count: 10_000 }, { count: 10_000 }] });
    const [, archive] = (await ask({ categories: ["cs"] })) as [Facet, Facet];
    expect(archive).toEqual(categories);
    const [, few] = (await ask({ categories: ["cs.CV"] })) as [Facet, Facet];
    expect(few).toMatchObject({ isExact: true, values: [{ count: 5 }, { count: 5 }] });
  });
});
