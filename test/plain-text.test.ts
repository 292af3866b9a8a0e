import { SearchPlainText1791700000000 } from "../migrations/1791700000000-search-plain-text";
import { startApi, type TestApi } from "./support/api";
import { withDataSource } from "./support/data-source";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { importLooks, look } from "./support/factories";

const SEARCH = `query ($query: String!) { searchPapers(query: $query, first: 10) {
  edges { highlights { field text ranges } node { title } } } }`;

const ABSTRACT = "We study <think> and </think> quuxification of R&D; where a<hidden letter>b & <b class='loud'>c</b>.";

describe("what papers say is plain text, whatever looks like HTML in it", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
    await importLooks(db, [
      look({ title: "An abstract", abstract: ABSTRACT }),
      look({ title: "On <mask> tokens", keywords: ["<eos>"], authors: ["<Unknown> Author"] }),
      look({ title: "A link", abstract: "See https://example.org/a?b=1&c=2 for more." }),
      look({ title: "Nothing" }),
    ]);
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  type Edge = { highlights: { field: string; text: string; ranges: [number, number][] }[]; node: { title: string } };
  const search = async (query: string): Promise<Edge[]> => (await api.data(SEARCH, { query })).searchPapers.edges;
  const found = async (query: string) => (await search(query)).map(({ node }) => node.title);
  const PLACES: [query: string, title: string, field: string, marked: string[]][] = [
    ["think", "An abstract", "abstract", ["think", "think"]],
    ["<think>", "An abstract", "abstract", ["think", "think"]],
    ["</think>", "An abstract", "abstract", ["think", "think"]],
    ["hidden letter", "An abstract", "abstract", ["hidden", "letter"]],
    ["loud", "An abstract", "abstract", ["loud"]],
    ["R&D;", "An abstract", "abstract", ["R", "D"]],
    ["mask", "On <mask> tokens", "title", ["mask"]],
    ["<mask> tokens", "On <mask> tokens", "title", ["mask", "tokens"]],
    ["eos", "On <mask> tokens", "keywords", ["eos"]],
    ["unknown", "On <mask> tokens", "authors", ["Unknown"]],
  ];

  test.each(PLACES)("%s is found in %s, in its %s", async (query, title, field, marked) => {
    const [edge, ...others] = await search(query);
    expect([edge!.node.title, others]).toEqual([title, []]);
    const highlight = edge!.highlights.find((each) => each.field === field)!;
    expect(highlight.ranges.map(([start, end]) => highlight.text.slice(start, end))).toEqual(marked);
    // Shown as it stands, the signs too.
    expect(`${ABSTRACT}\nOn <mask> tokens\n<eos>\n<Unknown> Author`).toContain(highlight.text);
  });

  test("what is excluded may stand in signs, too, and addresses are found by what is in them", async () => {
    expect(await found("abstract -<think>")).toEqual([]);
    expect(await found("tokens -<think>")).toEqual(["On <mask> tokens"]);
    expect(await found("example.org")).toEqual(["A link"]);
  });

  test("papers of a version before are searched so after the upgrade, and no other row is written", async () => {
    const stored = () => db.run("select id, search::text from papers order by id");
    const versions = () => db.run<{ xmin: string }>("select title, xmin::text from papers order by id");
    const after = await stored();
    await withDataSource(db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      const migration = new SearchPlainText1791700000000();
      await migration.down(runner);
      expect(await found("think")).toEqual([]);
      const before = await versions();
      await migration.up(runner);
      const now = await versions();
      expect(now.filter(({ xmin }, i) => xmin !== before[i]!.xmin)).toHaveLength(3);
      await runner.release();
    });
    expect(await stored()).toEqual(after);
  });
});
