import { defaultModelName } from "../../src/meaning/default-model";
import { VectorIndexes } from "../../src/meaning/vector-indexes";
import { encodeNodeId } from "../../src/nodes/node-id";
import { testLimits } from "../support/api";
import { PACE, workMeanwhile } from "../support/embedding-workers";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { importRecords, sourceRecord } from "../support/factories";
import { until } from "../support/until";
import { useApi } from "../support/use-api";

const PAGE = "first: 5, after: $after) { pageInfo { endCursor } nodes { id } }";
const SIMILAR = `query ($to: [ID!]!, $after: String) { page: similarPapers(to: $to, ${PAGE} }`;
const searchBy = (mode: string) =>
  `query ($after: String) { page: searchPapers(query: "graph coloring", mode: ${mode}, ${PAGE} }`;

describe("cursors of lists by meaning", () => {
  let server: Embeddings;
  const t = useApi(async ({ use, db }) => {
    server = use(await openEmbeddings({ own: 64 }));
    return {
      limits: { ...testLimits, MAX_COST: 100_000 },
      vectorIndexes: new VectorIndexes(db.primary, "auto", PACE.idle),
      embeddings: { url: server.url, model: "own", key: undefined },
    };
  });

  test("are of the model that serves: once another does they are refused, as the order is another one", async () => {
    await importRecords(
      t.db,
      Array.from({ length: 12 }, (_, i) => sourceRecord({ title: `Graph coloring ${"again ".repeat(i)}` })),
    );
    const [{ id }] = (await t.db.run("select min(id) as id from papers")) as [{ id: number }];
    const lists: [query: string, variables: object][] = [
      [SIMILAR, { to: [encodeNodeId("Paper", id)] }],
      [searchBy("MEANING"), {}],
    ];
    const endOf = async ([query, variables]: (typeof lists)[0], after: string | null): Promise<string> =>
      (await t.api.data(query, { ...variables, after })).page.pageInfo.endCursor;
    const refusal = async ([query, variables]: (typeof lists)[0], after: string) =>
      (await t.api.ask(query, { ...variables, after })).errors?.[0]?.extensions;
    const hybrid = [searchBy("HYBRID"), {}] as (typeof lists)[0];
    const before = await Promise.all(lists.map((list) => endOf(list, null)));
    const beforeHybrid = await endOf(hybrid, null);
    for (const [i, list] of lists.entries()) await endOf(list, before[i]!);

    const serves = (model: string) => async () =>
      (await t.db.run("select from meaning_models where is_serving and model = $1", [model])).length > 0;
    await workMeanwhile(t.db, server.url, "own", () => until(serves("endpoint own")));
    for (const [i, list] of lists.entries()) {
      await until(async () => (await refusal(list, before[i]!)) !== undefined);
      expect(await refusal(list, before[i]!)).toMatchObject({ code: "BAD_USER_INPUT", argument: "after" });
      await endOf(list, await endOf(list, null));
    }
    // They hold what the first page found.
    await endOf(hybrid, beforeHybrid);
    // Under the model before they are good again.
    await workMeanwhile(t.db, server.url, null, () => until(serves(defaultModelName())));
    for (const [i, list] of lists.entries()) await until(async () => (await refusal(list, before[i]!)) === undefined);
  });
});
