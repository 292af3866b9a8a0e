import { workMeanwhile } from "../support/embedding-workers";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { until } from "../support/until";
import { useApi } from "../support/use-api";

const SEARCH = `query ($mode: SearchMode!) { searchPapers(query: "graphs", mode: $mode) { totalCount edges { cursor } } }`;

describe("a model of one's own on a site without papers", () => {
  let server: Embeddings;
  const t = useApi(async ({ use }) => {
    server = use(await openEmbeddings({ first: 64 }));
    return { embeddings: { url: server.url, model: "first", key: undefined } };
  });

  test("finds nothing, for which nobody is asked", async () => {
    const serving = () => t.db.run("select from meaning_models where is_serving and model = 'endpoint first'");
    await workMeanwhile(t.db, server.url, "first", () => until(async () => (await serving()).length === 1));
    for (const mode of ["MEANING", "HYBRID"])
      expect((await t.api.data(SEARCH, { mode })).searchPapers).toEqual({ totalCount: 0, edges: [] });
    expect(server.asked).toEqual([]);
  });
});
