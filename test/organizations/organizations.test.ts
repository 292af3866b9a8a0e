import type { SourceRecord } from "../../src/ingest/source-record";
import { encodeNodeId } from "../../src/nodes/node-id";
import { importRecords, sourceRecord } from "../support/factories";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const LIST = `query ($name: String, $first: Int, $after: String) {
  organizations(name: $name, first: $first, after: $after) { ${pageFields} edges { cursor node { id name paperCount } } }
}`;

describe("organizations", () => {
  const t = useApi();
  afterEach(() => t.db.reset());

  const of = (name: string, over: Partial<SourceRecord> = {}) =>
    sourceRecord({ organization: { key: name.toLowerCase(), name }, ...over });
  const list = async (variables: object = {}) => {
    const { organizations } = await t.api.data(LIST, variables);
    expect(organizations.totalCount).toBe(organizations.edges.length);
    return organizations.edges.map(({ node }: { node: { name: string } }) => node.name);
  };

  test("are listed with their numbers of papers, which are those that the filter keeps, most first", async () => {
    await importRecords(t.db, [of("Lab"), of("Mill"), of("Mill"), of("Mill"), of("Shop"), of("Shop"), sourceRecord()]);
    const { organizations } = await t.api.data(LIST);
    expect(organizations.edges.map(({ node }: { node: object }) => node)).toEqual([
      expect.objectContaining({ name: "Mill", paperCount: 3 }),
      expect.objectContaining({ name: "Shop", paperCount: 2 }),
      expect.objectContaining({ name: "Lab", paperCount: 1 }),
    ]);
    for (const { node } of organizations.edges) {
      const { papers, organization } = await t.api.data(
        `query ($id: ID!) { papers(filter: { organizationIds: [$id] }) { totalCount }
          organization(id: $id) { id name paperCount papers { totalCount } } }`,
        { id: node.id },
      );
      expect(papers.totalCount).toBe(node.paperCount);
      expect(organization).toEqual({ ...node, papers: { totalCount: node.paperCount } });
    }
  });

  test("are listed page by page", async () => {
    await importRecords(t.db, [of("A"), of("B"), of("C"), of("D"), of("D")]);
    const ids = await walkForward(t.api, { query: LIST, at: ({ organizations }) => organizations }, 2);
    const { nodes } = await t.api.data("query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { name } } }", {
      ids,
    });
    expect(nodes).toEqual(["D", "C", "B", "A"].map((name) => ({ name })));
  });

  test("are found by the beginning of the name, a word of it, the handle, or a name spelt alike", async () => {
    await importRecords(t.db, [
      of("NVIDIA"),
      of("École normale"),
      of("Tencent Hunyuan"),
      of("Tencent"),
      of("Tencent"),
      sourceRecord({ organization: { key: "qwen-lm", name: "Alibaba" } }),
    ]);
    expect(await list({ name: "n" })).toEqual(["NVIDIA"]);
    expect(await list({ name: " n " })).toEqual(["NVIDIA"]);
    expect((await list({ name: "Tencent  Hu " }))[0]).toBe("Tencent Hunyuan");
    expect(await list({ name: "nvdia" })).toEqual(["NVIDIA"]);
    expect(await list({ name: "ecole" })).toEqual(["École normale"]);
    expect(await list({ name: "hunyuan" })).toEqual(["Tencent Hunyuan"]);
    expect(await list({ name: "Tencent" })).toEqual(["Tencent", "Tencent Hunyuan"]);
    expect(await list({ name: "Qwen-LM" })).toEqual(["Alibaba"]);
    expect(await list({ name: "%" })).toEqual([]);
    expect(await list({ name: "\\" })).toEqual([]);
  });

  test("without papers are not listed, though they can be asked for", async () => {
    await importRecords(t.db, [of("Lab", { arxivId: "2601.00001", observedAt: new Date("2026-01-10T00:00:00Z") })]);
    await importRecords(t.db, [of("Mill", { arxivId: "2601.00001", observedAt: new Date("2026-01-11T00:00:00Z") })]);
    expect(await list()).toEqual(["Mill"]);
    const [{ id }] = (await t.db.run("select id from organizations where key = 'lab'")) as [{ id: number }];
    const { organization } = await t.api.data("query ($id: ID!) { organization(id: $id) { name paperCount } }", {
      id: encodeNodeId("Organization", id),
    });
    expect(organization).toEqual({ name: "Lab", paperCount: 0 });
  });

  test("are found by a name as it was pasted, with invisible characters or HTML", async () => {
    await importRecords(t.db, [of("R&D Lab"), of("Mill")]);
    expect(await list({ name: "mi\u200bll" })).toEqual(["Mill"]);
    expect(await list({ name: "R&amp;D" })).toEqual(["R&D Lab"]);
  });

  test("is null when there is none, and an error for the id of anything else", async () => {
    const query = "query ($id: ID!) { organization(id: $id) { name } }";
    expect(await t.api.data(query, { id: encodeNodeId("Organization", 999) })).toEqual({ organization: null });
    for (const id of [encodeNodeId("Author", 1), "1", ""]) {
      const { errors } = await t.api.ask(query, { id });
      expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "id" } }]);
    }
  });

  test.each([
    ["name", { name: " " }],
    ["name", { name: "\u200b" }],
    ["name", { name: "a".repeat(201) }],
    ["name", { name: "a\u0000" }],
    ["first", { first: 0 }],
    ["first", { first: 101 }],
    ["after", { after: "x" }],
  ])("refuse %s: %j", async (argument, variables) => {
    const { errors } = await t.api.ask(LIST, variables);
    expect(errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
  });

  test("tell the numbers of papers of many authors in one statement", async () => {
    await importRecords(t.db, [
      sourceRecord({ authors: ["Ada", "Bo", "Ada"], authorCount: 3 }),
      sourceRecord({ authors: ["Ada"], authorCount: 1 }),
    ]);
    t.db.takeStatements();
    const { papers } = await t.api.data("{ papers(first: 10) { nodes { authors { nodes { name paperCount } } } } }");
    expect(papers.nodes.at(-1).authors.nodes).toEqual([
      { name: "Ada", paperCount: 2 },
      { name: "Bo", paperCount: 1 },
      { name: "Ada", paperCount: 2 },
    ]);
    expect(t.db.takeStatements().filter((text) => text.includes("paper_count"))).toHaveLength(1);
  });
});
