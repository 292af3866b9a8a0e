import { setTimeout as sleep } from "node:timers/promises";
import { Registry } from "prom-client";
import { defaultModelName } from "../../src/meaning/default-model";
import { countWaiting } from "../../src/meaning/endpoint/embedding-backlog.service";
import { embed } from "../../src/meaning/endpoint/endpoint";
import { removeRemains, wantedModel } from "../../src/meaning/models.service";
import { toBytes } from "../../src/meaning/serving-model";
import { VectorIndexes } from "../../src/meaning/vector-indexes";
import { measureMeaning } from "../../src/processes/meaning-metrics";
import { testLimits } from "../support/api";
import { PACE, workMeanwhile } from "../support/embedding-workers";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { importRecords, sourceRecord } from "../support/factories";
import { status } from "../support/receiver";
import { until } from "../support/until";
import { useApi } from "../support/use-api";

const SEARCH = `query ($query: String!, $mode: SearchMode!) {
  searchPapers(query: $query, mode: $mode) { edges { foundBy node { title relatedPapers { title } } } }
}`;
const PAPERS = 42;

interface Edge {
  foundBy: string[];
  node: { title: string; relatedPapers: { title: string }[] };
}

describe("a model of one's own", () => {
  let server: Embeddings;
  const t = useApi(async ({ use, db }) => {
    server = use(await openEmbeddings({ first: 64, second: 200 }));
    return {
      limits: { ...testLimits, MAX_COST: 100_000 },
      vectorIndexes: new VectorIndexes(db.primary, "auto", PACE.idle),
      embeddings: { url: server.url, model: "first", key: undefined },
    };
  });
  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: 40 }, (_, i) => sourceRecord({ title: `Graph coloring ${i}` })),
    );
    await importRecords(t.db, [sourceRecord({ title: "Zyx wvu" }), sourceRecord({ title: "Zyx tsr" })]);
  });
  afterEach(() => {
    server.instead = null;
  });

  const whileWorking = <T>(askedAs: string | null, work: () => Promise<T>) =>
    workMeanwhile(t.db, server.url, askedAs, work);
  const models = () =>
    t.db.run<{ model: string; dimensions: number | null; serves: boolean }>(
      "select model, dimensions, is_serving as serves from meaning_models order by is_serving desc",
    );
  const serves = (model: string) =>
    until(async () => {
      const [first, ...others] = await models();
      return first?.model === model && first.serves && others.length === 0;
    });
  const isEmpty =
    (table: string, where = "true") =>
    async () =>
      (await t.db.run(`select from ${table} where ${where} limit 1`)).length === 0;
  const ask = (query: string, mode: string) => t.api.ask(SEARCH, { query, mode });
  const edgesOf = async (query: string, mode: string): Promise<Edge[]> =>
    (await t.api.data(SEARCH, { query, mode })).searchPapers.edges;
  const firstOf = async (query: string) => (await edgesOf(query, "MEANING"))[0]?.node.title;
  const FIRST = wantedModel("first").model;
  const SECOND = wantedModel("second").model;

  test("serves once it has all papers and their neighbors, and until then the shipped one does", async () => {
    expect(await edgesOf("zyx", "MEANING")).toEqual([]);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.delay = held;
    await whileWorking("first", async () => {
      await until(async () => server.asked.length > 0);
      expect(await models()).toEqual([
        { model: defaultModelName(), dimensions: null, serves: true },
        { model: FIRST, dimensions: null, serves: false },
      ]);
      const registry = new Registry();
      measureMeaning(registry, t.db);
      expect(await registry.metrics()).toContain(`daily_papers_embeddings_waiting{model="${FIRST}"} ${PAPERS}\n`);
      expect(await edgesOf("zyx", "MEANING")).toEqual([]);
      expect(await edgesOf("coloring of graphs", "MEANING")).toHaveLength(20);
      release();
      await serves(FIRST);
      await until(async () => (await firstOf("zyx wvu")) === "Zyx wvu");
    });
    expect(await models()).toEqual([{ model: FIRST, dimensions: 64, serves: true }]);
    const [edge] = await edgesOf("zyx wvu", "HYBRID");
    expect(edge).toMatchObject({ foundBy: ["KEYWORD", "MEANING"], node: { relatedPapers: [{ title: "Zyx tsr" }] } });
  });

  test("gets new and changed papers, of which the shipped one gets none", async () => {
    await t.db.bulk((tx) => removeRemains(tx, 0));
    expect(await isEmpty("paper_vectors", `model <> '${FIRST}'`)()).toBe(true);
    const arxivId = "2601.00001";
    await importRecords(t.db, [sourceRecord({ title: "Qponm", arxivId })]);
    await whileWorking("first", () => until(isEmpty("embedding_backlog")));
    await importRecords(t.db, [
      sourceRecord({ title: "Lkjih gfedc", arxivId, observedAt: new Date("2030-01-01T00:00:00Z") }),
    ]);
    expect(await isEmpty("paper_vectors", `model <> '${FIRST}'`)()).toBe(true);
    await whileWorking("first", () => until(isEmpty("embedding_backlog")));
    await until(async () => (await firstOf("lkjih gfedc")) === "Lkjih gfedc");
  });

  test("is not stopped by a text that the endpoint refuses, nor by limits of its rate", async () => {
    await importRecords(t.db, [
      ...Array.from({ length: 5 }, (_, i) => sourceRecord({ title: `Ordinary ${i}` })),
      sourceRecord({ title: "Poison" }),
    ]);
    let limited = 0;
    server.instead = ({ input }) => {
      if (limited++ < 1) return status(429, "", { "retry-after": "0" });
      return input.some((text) => text.includes("Poison")) ? status(400) : null;
    };
    await whileWorking("first", () => until(isEmpty("embedding_backlog")));
    const empty = "select title from papers p join paper_vectors v on v.paper_id = p.id where v.vector = ''";
    expect(await t.db.run(empty)).toEqual([{ title: "Poison" }]);
  });

  test("takes no vectors of other dimensions", async () => {
    server.models.first = 65;
    await importRecords(t.db, [sourceRecord({ title: "Stranger" })]);
    const before = server.asked.length;
    await whileWorking("first", () => until(async () => server.asked.length > before + 1));
    expect((await countWaiting(t.db))[0]).toEqual({ model: FIRST, count: 1 });
    expect((await ask("strangers of another kind", "MEANING")).errors![0]!.extensions!.code).toBe(
      "SERVICE_UNAVAILABLE",
    );
    server.models.first = 64;
    await whileWorking("first", () => until(isEmpty("embedding_backlog")));
    // No question is asked for a second.
    await until(async () => !(await ask("strangers of another kind", "MEANING")).errors);
  });

  test("gives way to another one of the same endpoint, which serves meanwhile", async () => {
    server.instead = ({ model }) => (model === "second" ? status(503) : null);
    const found = async (words: string) => (await firstOf(`zyx wvu ${words}`)) === "Zyx wvu";
    const before = server.asked.length;
    await whileWorking("second", async () => {
      await until(async () => server.asked.slice(before).some(({ model }) => model === "second"));
      expect(await found("zyx")).toBe(true);
      server.instead = null;
      for (let i = 0; i < 10 || (await models()).length > 1; i++) {
        expect(await found("wvu ".repeat(i % 5))).toBe(true);
        // What comes and changes meanwhile is not forgotten.
        const observedAt = new Date(Date.UTC(2031, 0, 1 + i));
        if (i < 10)
          await importRecords(t.db, [
            sourceRecord({ title: `Meanwhile ${i}` }),
            sourceRecord({ title: `Changed ${i}`, arxivId: "2601.00002", observedAt }),
          ]);
        await sleep(50);
      }
      await until(isEmpty("embedding_backlog"));
    });
    const rows = await t.db.run<{ title: string; vector: Buffer | null }>(
      `select p.title, v.vector from papers p left join paper_vectors v on v.paper_id = p.id and v.model = '${SECOND}'`,
    );
    const endpoint = { url: server.url, model: "second", key: undefined };
    const expected = await embed(
      endpoint,
      "second",
      rows.map(({ title }) => title),
      { timeout: 5000 },
    );
    expect(rows.map(({ vector }) => vector)).toEqual(expected.map(toBytes));
    expect(rows.map(({ title }) => title)).toEqual(expect.arrayContaining(["Changed 9", "Meanwhile 9"]));
    const isAskedAgain = () =>
      server.asked.some(({ model, input }) => model === "second" && input[0] === "zyx wvu zyx");
    await until(async () => (await found("zyx")) && isAskedAgain());
    while ((await t.db.bulk((tx) => removeRemains(tx, 0))) === "some");
    for (const table of ["paper_vectors", "paper_neighbors"])
      expect(await t.db.run(`select distinct model from ${table}`)).toEqual([{ model: SECOND }]);
  });

  test("keeps only those waiting who ask for it, and for a while, when it is slow", async () => {
    server.instead = () => () => {};
    const ended: string[] = [];
    const slow = ask("zyx wvu slowly", "MEANING").then(({ errors }) =>
      ended.push(errors![0]!.extensions!.code as string),
    );
    await until(async () => server.asked.at(-1)!.input[0] === "zyx wvu slowly");
    await edgesOf("zyx", "KEYWORD").then(() => ended.push("KEYWORD"));
    await edgesOf("zyx wvu zyx", "MEANING").then(() => ended.push("known"));
    await slow;
    expect(ended).toEqual(["KEYWORD", "known", "SERVICE_UNAVAILABLE"]);
  });

  test("keeps nobody waiting when it is away: words alone find papers then, and meaning says so", async () => {
    server.instead = () => status(500);
    const before = server.asked.length;
    const hybrid = await edgesOf("zyx", "HYBRID");
    expect(hybrid.map(({ foundBy }) => foundBy)).toEqual([["KEYWORD"], ["KEYWORD"]]);
    const { errors } = await ask("zyx", "MEANING");
    expect(errors![0]).toMatchObject({
      message: expect.stringContaining("Search by meaning is unavailable"),
      extensions: { code: "SERVICE_UNAVAILABLE", retryAfter: 1 },
    });
    expect(await edgesOf("zyx tsr", "HYBRID")).toHaveLength(1);
    // After a failure it is left alone for a while.
    expect(server.asked).toHaveLength(before);
  });

  test("gives way to the shipped one", async () => {
    await whileWorking(null, () => serves(defaultModelName()));
    // The one before cannot be asked any more.
    await until(async () => (await ask("zyx", "MEANING")).data?.searchPapers?.edges.length === 0);
    expect(await edgesOf("coloring of graphs", "MEANING")).toHaveLength(20);
    // And back again, before what is left of it is removed.
    await whileWorking("second", () => serves(SECOND));
    await until(async () => (await firstOf("zyx wvu zyx")) === "Zyx wvu");
  });
});
