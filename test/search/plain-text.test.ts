import { SearchPlainText1791700000000 } from "../../migrations/1791700000000-search-plain-text";
import { SearchAsPrinted1791840000000 } from "../../migrations/1791840000000-search-as-printed";
import { SearchParts1791870000000 } from "../../migrations/1791870000000-search-parts";
import { SearchTex1791890000000 } from "../../migrations/1791890000000-search-tex";
import { reindexNext } from "../../src/search/reindexing.service";
import { withDataSource } from "../support/data-source";
import { importRecords, sourceRecord } from "../support/factories";
import { useApi } from "../support/use-api";

const SEARCH = `query ($query: String!) { searchPapers(query: $query, first: 10) {
  edges { highlights { field text ranges } node { title } } } }`;

const ABSTRACT = "We study <think> and </think> quuxification of R&D; where a<hidden letter>b & <b class='loud'>c</b>.";

describe("what papers say is plain text, whatever looks like HTML in it", () => {
  const t = useApi();
  beforeAll(async () => {
    await importRecords(t.db, [
      sourceRecord({ title: "An abstract", abstract: ABSTRACT }),
      sourceRecord({ title: "On <mask> tokens", keywords: ["<eos>"], authors: ["<Unknown> Author"] }),
      sourceRecord({ title: "A link", abstract: "See https://example.org/a?b=1&c=2 for more." }),
      sourceRecord({ title: "Nothing" }),
    ]);
  });

  type Edge = { highlights: { field: string; text: string; ranges: [number, number][] }[]; node: { title: string } };
  const search = async (query: string): Promise<Edge[]> => (await t.api.data(SEARCH, { query })).searchPapers.edges;
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
    const stored = () => t.db.run("select id, search::text from papers order by id");
    const versions = () => t.db.run<{ xmin: string }>("select title, xmin::text from papers order by id");
    const after = await stored();
    await withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      const migration = new SearchPlainText1791700000000();
      await new SearchParts1791870000000().down(runner);
      await migration.down(runner);
      expect(await found("think")).toEqual([]);
      const before = await versions();
      await migration.up(runner);
      const now = await versions();
      expect(now.filter(({ xmin }, i) => xmin !== before[i]!.xmin)).toHaveLength(3);
      await new SearchAsPrinted1791840000000().up(runner);
      await new SearchParts1791870000000().up(runner);
      await new SearchTex1791890000000().up(runner);
      await runner.release();
    });
    while (await reindexNext(t.db, 1));
    expect(await stored()).toEqual(after);
  });
});
