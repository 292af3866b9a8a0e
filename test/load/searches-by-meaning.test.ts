import { importInBulk, importItems } from "../../src/ingest/importer";
import { readHuggingFaceFiles } from "../../src/ingest/sources/huggingface.source";
import { testLimits } from "../support/api";
import { walkForward } from "../support/paging";
import { describeWithSharedData, sharedData } from "../support/shared-data";
import { useApi } from "../support/use-api";

jest.setTimeout(300_000);

const REWRITTEN = 200;

/** Words of titles, and others for the same. */
const SYNONYMS: Record<string, string> = {
  agents: "assistants",
  benchmark: "test suite",
  benchmarking: "testing",
  detection: "recognition",
  diffusion: "denoising",
  editing: "modification",
  efficient: "fast",
  enhancing: "improving",
  evaluating: "assessing",
  evaluation: "assessment",
  exploring: "studying",
  fast: "quick",
  generating: "synthesizing",
  generation: "synthesis",
  images: "pictures",
  image: "picture",
  improving: "enhancing",
  large: "big",
  learning: "training",
  llm: "language model",
  llms: "language models",
  method: "approach",
  reasoning: "inference",
  robot: "robotic",
  robust: "resilient",
  scalable: "large-scale",
  scaling: "growing",
  training: "learning",
  understanding: "comprehension",
  video: "movie",
  videos: "movies",
};

/** A title with other words, without the name before its colon, which nobody knows who does not know the paper. */
function rewrite(title: string): string | null {
  const words = title.replace(/^[^:]*:\s*/, "").split(/\s+/);
  const others = words.map((word) => SYNONYMS[word.toLowerCase()] ?? word);
  return words.filter((word, i) => word !== others[i]).length >= 2 ? others.join(" ").slice(0, 300) : null;
}

/** To read all of the real file takes half a minute: `npm run soak`. */
const describeInSoak = process.env.SOAK ? describeWithSharedData : describe.skip;

describeInSoak("searches of real papers by meaning", () => {
  const t = useApi({ limits: { ...testLimits, MAX_COST: 100_000 } });
  beforeAll(async () => {
    await importInBulk(t.db, () =>
      importItems(
        t.db,
        readHuggingFaceFiles([sharedData.items], async () => new Date()),
      ),
    );
    await t.db.run("analyze");
  });

  test(`of ${REWRITTEN} titles in other words HYBRID finds more papers among the first ten than KEYWORD`, async () => {
    const papers = await t.db.run<{ title: string }>("select title from papers order by md5(title)");
    const rewritten = papers.flatMap(({ title }) => {
      const query = rewrite(title);
      return query ? [{ title, query }] : [];
    });
    const found = { KEYWORD: 0, MEANING: 0, HYBRID: 0 };
    for (const { title, query } of rewritten.slice(0, REWRITTEN)) {
      for (const mode of Object.keys(found) as (keyof typeof found)[]) {
        const { searchPapers } = await t.api.data(
          `query ($query: String!) { searchPapers(query: $query, mode: ${mode}, first: 10) { nodes { title } } }`,
          { query },
        );
        if (searchPapers.nodes.some((node: { title: string }) => node.title === title)) found[mode]++;
      }
    }
    console.log(`of ${REWRITTEN} titles in other words, among the first ten: ${JSON.stringify(found)}`);
    expect(rewritten.length).toBeGreaterThanOrEqual(REWRITTEN);
    expect(found.HYBRID).toBeGreaterThan(found.KEYWORD);
  });

  test("a list of similar papers is walked to its end without a paper skipped or repeated", async () => {
    const { papers } = await t.api.data("{ papers(first: 3) { nodes { id } } }");
    const query = `query ($to: [ID!]!, $filter: PaperFilter, $first: Int, $after: String) {
      similarPapers(to: $to, filter: $filter, first: $first, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const to = papers.nodes.map(({ id }: { id: string }) => id);
    for (const filter of [null, { hasCode: true }, { minUpvotes: 100 }, { publishedFrom: "2026-03-01" }]) {
      const walk = {
        query,
        at: (data: { similarPapers: object }) => data.similarPapers,
        variables: { to, filter },
      };
      const ids = await walkForward(t.api, walk, 90);
      const { similarPapers } = await t.api.data(query, { to, filter, first: 1 });
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toHaveLength(similarPapers.totalCount);
      expect(ids.filter((id) => to.includes(id))).toEqual([]);
    }
  });
});
