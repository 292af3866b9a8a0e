import { exampleQueries } from "../../src/graphql/example-queries";
import { wantsSample } from "../../src/ingest/sample";
import { addressOf, ask, run, temporaryFolder } from "../support/processes";
import { useDatabase } from "../support/use-api";

interface Example {
  feed: { papers: { edges: { node: { authorCount: number; authors: { nodes: object[] } } }[] } };
}

const PAPERS = "{ papers(first: 1) { totalCount } }";

describe("the sample", () => {
  test.each([
    [{}, true],
    [{ DATABASE_URL: "postgres://x/y" }, false],
    [{ SMTP_URL: "smtp://x" }, false],
    [{ SAMPLE: false }, false],
    [{ SAMPLE: true, DATABASE_URL: "postgres://x/y", SMTP_URL: "smtp://x" }, true],
  ])("with %j is wanted: %s", (config, isWanted) => {
    expect(wantsSample(config)).toBe(isWanted);
  });

  describe("in a database of one's own", () => {
    const t = useDatabase();

    test("is loaded only when it is asked for; without it the start says how to get papers", async () => {
      const { folder, remove } = await temporaryFolder();
      const start = async (env: Record<string, string>) => {
        const api = run("api.main", [], { DATABASE_URL: t.db.url, DATA_DIR: folder, WORKER: "off", ...env });
        const address = await addressOf(api);
        const { data } = await ask(address, PAPERS);
        const example = await ask(address, exampleQueries[0]!.query);
        await api.close();
        return { output: api.output(), data, example: example.data };
      };
      const empty = await start({});
      expect(empty.data).toEqual({ papers: { totalCount: 0 } });
      expect(empty.output).toContain("There are no papers yet. Start again with SOURCES=huggingface");
      const filled = await start({ SAMPLE: "on" });
      expect(filled.data).toEqual({ papers: { totalCount: 626 } });
      expect(filled.output).not.toContain("There are no papers yet");
      const { papers } = (filled.example as unknown as Example).feed;
      expect(papers.edges).toHaveLength(10);
      for (const { node } of papers.edges) expect(node.authors.nodes).toHaveLength(Math.min(3, node.authorCount));
      await remove();
    });
  });
});
