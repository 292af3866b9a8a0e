import { encodeNodeId } from "../../src/nodes/node-id";
import { importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const LIST = `query ($name: String, $first: Int, $after: String) {
  topics(name: $name, first: $first, after: $after) { ${pageFields} edges { cursor node { id label paperCount } } }
}`;

describe("topics", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  let number = 0;
  /** Papers with these keywords each. */
  const importKeywords = (...lists: string[][]) =>
    importRecords(
      t.db,
      lists.map((keywords) => sourceRecord({ arxivId: `2601.${String(++number).padStart(5, "0")}`, keywords })),
    );
  const list = async (variables: object = {}): Promise<{ id: string; label: string; paperCount: number }[]> => {
    const { topics } = await t.api.data(LIST, { first: 100, ...variables });
    expect(topics.totalCount).toBe(topics.edges.length);
    return topics.edges.map(({ node }: { node: object }) => node);
  };
  const labels = async (name: string) => (await list({ name })).map(({ label }) => label);

  test("are keywords, whatever their case, hyphens and endings, under the spelling of most papers, most papers first", async () => {
    await importKeywords(
      ["LLMs", "Vision-Language Models"],
      ["LLM", "vision language model"],
      ["LLMs", "LLM", "vision-language models"],
      ["LLMs", "vision language model"],
    );
    await importKeywords(["LLMs"]);
    expect((await list()).map(({ label, paperCount }) => [label, paperCount])).toEqual([
      ["LLMs", 5],
      ["vision language model", 4],
    ]);
  });

  test("have the papers that they count, and the filter finds these by the label", async () => {
    await importKeywords(["diffusion models", "robots"], ["Diffusion Model"], ["robotics"]);
    for (const { id, label, paperCount } of await list()) {
      const { node, papers } = await t.api.data(
        `query ($id: ID!, $label: String!) {
          node(id: $id) { __typename id ... on Topic { label papers { totalCount nodes { id keywords } } } }
          papers(filter: { keywords: [$label] }) { nodes { id } } }`,
        { id, label },
      );
      expect(node).toMatchObject({ __typename: "Topic", id, label });
      expect(node.papers.totalCount).toBe(paperCount);
      expect(node.papers.nodes).toHaveLength(paperCount);
      const ids = (nodes: { id: string }[]) => nodes.map((paper) => paper.id);
      expect(ids(papers.nodes)).toEqual(expect.arrayContaining(ids(node.papers.nodes)));
    }
  });

  test("are found by a beginning as it was pasted, with invisible characters or TeX", async () => {
    await importKeywords(["reinforcement learning"], ["Poincaré maps"]);
    expect(await labels("rein\u00adfor")).toEqual(["reinforcement learning"]);
    expect(await labels("Poincar\\'e")).toEqual(["Poincaré maps"]);
  });

  test("that a name is a spelling of come first, however many have more papers", async () => {
    const many = Array.from({ length: 1001 }, (_, i) => `v${i}`);
    const lists = Array.from({ length: 11 }, (_, i) => many.slice(i * 99, (i + 1) * 99));
    await importKeywords(...lists, ...lists, ["V*"]);
    expect((await t.api.data(LIST, { name: "v", first: 1 })).topics.edges[0].node.label).toBe("V*");
  });

  test("follow what papers say: a keyword that is replaced is counted no more, and its topic keeps its id", async () => {
    const say = (keywords: string[], day: string) =>
      importRecords(t.db, [sourceRecord({ arxivId: "2601.09999", keywords, observedAt: new Date(day) })]);
    await say(["robots", "LLM"], "2026-01-10");
    const [before] = (await list()).filter(({ label }) => label === "robots");
    await say(["LLMs"], "2026-01-11");
    expect(await list()).toEqual([{ id: expect.any(String), label: "LLMs", paperCount: 1 }]);
    expect(
      (
        await t.api.data(
          "query ($id: ID!) { node(id: $id) { ... on Topic { label paperCount papers { nodes { id } } } } }",
          { id: before!.id },
        )
      ).node,
    ).toEqual({
      label: "robots",
      paperCount: 0,
      papers: { nodes: [] },
    });
    await say(["robot"], "2026-01-12");
    expect(await list()).toEqual([{ id: before!.id, label: "robot", paperCount: 1 }]);
  });

  test("do not hold keywords that no filter takes", async () => {
    await importKeywords(["the", "!?", "a".repeat(101), "ok"]);
    expect((await list()).map(({ label }) => label)).toEqual(["ok"]);
  });

  test("are found by words, their beginnings, other forms and typos, the usual one first", async () => {
    await importKeywords(
      ["reinforcement learning", "learning to rank"],
      ["reinforcement learning", "representation learning"],
      ["deep learning", "robots"],
    );
    await importRecords(t.db, [sourceRecord({ title: "On reinforcement" })]);
    expect((await labels("learning"))[0]).toBe("reinforcement learning");
    expect(await labels("learning")).toHaveLength(4);
    expect(await labels("reinf")).toEqual(["reinforcement learning"]);
    expect(await labels("reinforcment")).toEqual(["reinforcement learning"]);
    expect(await labels("Robot")).toEqual(["robots"]);
    expect(await labels("learn rank")).toEqual(["learning to rank"]);
    expect(await labels("the")).toEqual([]);
    expect(await labels("!'\\:*&|")).toEqual([]);
  });

  test.each([
    ["fine-tuni", "supervised fine-tuning"],
    ["supervised fine-tuni", "supervised fine-tuning"],
    ["video generatio", "Video Generation"],
    ["Reinforcement Learning wit", "reinforcement learning with verifiable rewards"],
    ["be", "benchmarks"],
    ["in", "instruction following"],
    ["on", "ontologies"],
    ["s", "supervised fine-tuning"],
    ["T", "tokenizers"],
  ])("are found by the beginning %s: %s", async (beginning, label) => {
    await importKeywords(
      ["supervised fine-tuning", "Video Generation", "reinforcement learning with verifiable rewards"],
      ["benchmarks", "instruction following", "ontologies", "tokenizers"],
    );
    expect(await labels(beginning)).toContain(label);
  });

  test.each([
    ["C++", "C++ code"],
    ["c#", "C# programs"],
  ])("of %s are not those of words with its letter", async (name, label) => {
    await importKeywords(["Reagent-C", "C-index", "C"], ["C++ code", "Reagent-C"], ["C# programs", "C-index"]);
    expect(await labels(name)).toEqual([label]);
  });

  test("are listed page by page", async () => {
    await importKeywords(["a1", "b1", "c1"], ["a1", "b1"], ["d1", "e1"]);
    for (const variables of [{}, { name: "a1" }]) {
      const all = await list(variables);
      const ids = await walkForward(t.api, { query: LIST, at: ({ topics }) => topics, variables }, 2);
      expect(ids).toEqual(all.map(({ id }) => id));
    }
  });

  test("are null by an id that there is not", async () => {
    const { node } = await t.api.data(`{ node(id: "${encodeNodeId("Topic", 999)}") { id } }`);
    expect(node).toBeNull();
  });

  test.each([
    ["name", { name: "" }],
    ["name", { name: "a".repeat(201) }],
    ["name", { name: "a\u0000" }],
    ["first", { first: 101 }],
    ["after", { after: "x" }],
  ])("refuse %s: %j", async (argument, variables) => {
    const { errors } = await t.api.ask(LIST, variables);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
  });
});
