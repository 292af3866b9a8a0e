import { encodeNodeId } from "../../src/nodes/node-id";
import { featured, importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const VALUES = "facet isExact values { value label count node { __typename id } }";
const FACETS = `query ($filter: PaperFilter, $by: [PaperFacet!]!, $first: Int) {
  paperFacets(filter: $filter, by: $by, first: $first) { ${VALUES} } }`;
const ALL = ["TOPIC", "ORGANIZATION", "CATEGORY", "AUTHOR", "FEATURED_MONTH"];
/** A filter that keeps all papers of these tests, which are then counted one by one. */
const EVERY = { minUpvotes: 0 };

interface Value {
  value: string;
  label: string;
  count: number;
  node: { __typename: string; id: string } | null;
}
interface Facet {
  facet: string;
  isExact: boolean;
  values: Value[];
}

/** The filter that a value is for. */
function filterOf(facet: string, value: string): object {
  if (facet === "TOPIC") return { keywords: [value] };
  if (facet === "CATEGORY") return { categories: [value] };
  if (facet === "ORGANIZATION") return { organizationIds: [value] };
  return facet === "AUTHOR" ? { authorIds: [value] } : { featuredFrom: value, featuredTo: `${value.slice(0, 8)}28` };
}

describe("facets", () => {
  const t = useApi();
  beforeAll(() =>
    importRecords(t.db, [
      sourceRecord({
        title: "One",
        keywords: ["LLM", "LLMs", "robots"],
        authors: ["Ada", "Bo", "Ada"],
        authorCount: 3,
        categories: ["cs.CL", "cs.LG"],
        organization: { key: "lab", name: "The Lab" },
        featured: featured("2026-01-02"),
        publishedOn: "2026-01-01",
      }),
      sourceRecord({
        title: "Two",
        keywords: ["LLMs"],
        authors: ["Bo"],
        authorCount: 1,
        categories: ["cs.CL", "stat.ML"],
        organization: { key: "lab", name: "The Lab" },
        featured: featured("2026-01-03"),
        publishedOn: "2026-01-02",
      }),
      sourceRecord({
        title: "Three",
        keywords: ["robot"],
        authors: ["Cy"],
        authorCount: 1,
        categories: ["hep-th"],
        featured: featured("2026-02-03"),
        publishedOn: "2026-01-03",
      }),
      sourceRecord({ title: "Four", publishedOn: "2026-01-04" }),
    ]),
  );

  const facetsBy = async (by: string[], filter: object | null = null, first?: number): Promise<Facet[]> =>
    (await t.api.data(FACETS, { by, filter, first })).paperFacets;
  const countsOf = ({ values }: Facet) => values.map(({ label, count }) => [label, count]);

  test("tell what papers can be filtered by, most papers first", async () => {
    const facets = await facetsBy(ALL);
    expect(facets.map(({ facet, isExact }) => [facet, isExact])).toEqual(ALL.map((facet) => [facet, true]));
    const [topics, organizations, categories, authors, months] = facets as [Facet, Facet, Facet, Facet, Facet];
    expect(new Map(topics.values.map(({ label, count }) => [label, count]))).toEqual(
      new Map([
        ["LLMs", 2],
        ["robot", 2],
      ]),
    );
    expect(countsOf(organizations)).toEqual([["The Lab", 2]]);
    expect(countsOf(categories)).toEqual([
      ["cs.CL", 2],
      ["cs", 2],
      ["stat.ML", 1],
      ["stat", 1],
      ["hep-th", 1],
      ["cs.LG", 1],
    ]);
    expect(countsOf(authors)).toEqual([
      ["Bo", 2],
      ["Cy", 1],
      ["Ada", 1],
    ]);
    expect(months.values).toEqual([
      {
        value: "2026-01-01",
        label: "January 2026",
        count: 2,
        node: { __typename: "Feed", id: encodeNodeId("Feed", "2026-01") },
      },
      {
        value: "2026-02-01",
        label: "February 2026",
        count: 1,
        node: { __typename: "Feed", id: encodeNodeId("Feed", "2026-02") },
      },
    ]);
  });

  test("say the same whether the numbers are kept or counted", async () => {
    expect(await facetsBy(ALL, EVERY)).toEqual(await facetsBy(ALL));
    expect(await facetsBy(ALL, EVERY, 2)).toEqual(await facetsBy(ALL, {}, 2));
  });

  test("have values that the filter takes, and that it then keeps as many papers as they count", async () => {
    for (const { facet, values } of await facetsBy(ALL)) {
      for (const { value, count } of values) {
        const { papers } = await t.api.data("query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }", {
          filter: filterOf(facet, value),
        });
        expect({ facet, value, count: papers.totalCount }).toEqual({ facet, value, count });
      }
    }
  });

  test("have nodes that can be asked for again, but for categories", async () => {
    for (const { facet, values } of await facetsBy(ALL)) {
      for (const { node } of values) {
        if (facet === "CATEGORY") expect(node).toBeNull();
        else
          expect(
            (await t.api.data("query ($id: ID!) { node(id: $id) { __typename id } }", { id: node!.id })).node,
          ).toEqual(node);
      }
    }
  });

  test.each<[object, number]>([
    [{ keywords: ["LLM"] }, 2],
    [{ excludeKeywords: ["LLM"] }, 1],
    [{ categories: ["cs.CL"] }, 2],
    [{ excludeCategories: ["cs.CL"] }, 1],
    [{ featuredFrom: "2026-01-03" }, 2],
    [{ publishedTo: "2026-01-02" }, 2],
    [{ hasCode: false }, 3],
    [{ withdrawn: true }, 0],
    [{ keywords: ["nothing has this"] }, 0],
    [{ keywords: [], near: [] }, 3],
  ])("count the papers that %j keeps", async (filter, papers) => {
    const [months] = (await facetsBy(["FEATURED_MONTH"], filter)) as [Facet];
    expect(months.isExact).toBe(true);
    expect(months.values.reduce((sum, { count }) => sum + count, 0)).toBe(papers);
  });

  test("count the papers that are like others", async () => {
    const [{ id }] = (await t.db.run("select id from papers where title = 'One'")) as [{ id: number }];
    const filter = { near: [encodeNodeId("Paper", id)] };
    const { papers } = await t.api.data("query ($filter: PaperFilter) { papers(filter: $filter) { totalCount } }", {
      filter,
    });
    const [authors] = (await facetsBy(["AUTHOR"], filter)) as [Facet];
    expect(authors.values.length > 0).toBe(papers.totalCount > 0);
  });

  test("of feeds count all of their papers, of many feeds in one statement", async () => {
    t.db.takeStatements();
    const { feeds } = await t.api.data(
      `{ feeds(period: MONTH, first: 2) { nodes { key facets(by: [CATEGORY, TOPIC], first: 1) { facet isExact values { value count } } } } }`,
    );
    expect(feeds.nodes).toEqual([
      {
        key: "2026-02",
        facets: [
          { facet: "CATEGORY", isExact: true, values: [{ value: "hep-th", count: 1 }] },
          { facet: "TOPIC", isExact: true, values: [{ value: "robot", count: 1 }] },
        ],
      },
      {
        key: "2026-01",
        facets: [
          { facet: "CATEGORY", isExact: true, values: [{ value: "cs.CL", count: 2 }] },
          { facet: "TOPIC", isExact: true, values: [{ value: "LLMs", count: 2 }] },
        ],
      },
    ]);
    expect(t.db.takeStatements().filter((text) => text.includes("counted"))).toHaveLength(1);
    const { feed } = await t.api.data('{ feed(on: "2020-01-01") { facets(by: [TOPIC]) { facet values { value } } } }');
    expect(feed.facets).toEqual([{ facet: "TOPIC", values: [] }]);
  });

  test("list the categories with their numbers of papers", async () => {
    const { categories } = await t.api.data("{ categories { category paperCount } }");
    expect(categories).toEqual(
      [
        ["cs", 2],
        ["cs.CL", 2],
        ["cs.LG", 1],
        ["hep-th", 1],
        ["stat", 1],
        ["stat.ML", 1],
      ].map(([category, paperCount]) => ({
        category,
        paperCount,
      })),
    );
  });

  test.each<[string, object]>([
    ["by", { by: [] }],
    ["by", { by: ["TOPIC", "TOPIC"] }],
    ["first", { by: ["TOPIC"], first: 0 }],
    ["first", { by: ["TOPIC"], first: 101 }],
    ["filter.minUpvotes", { by: ["TOPIC"], filter: { minUpvotes: -1 } }],
    ["filter.keywords", { by: ["TOPIC"], filter: { keywords: ["a\u0000"] } }],
    ["filter.authorIds.0", { by: ["TOPIC"], filter: { authorIds: ["x"] } }],
  ])("refuse %s: %j", async (argument, variables) => {
    const { errors } = await t.api.ask(FACETS, variables);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
  });
});
