import { createLog } from "../../src/log";
import { EndpointFailure } from "../../src/meaning/endpoint/endpoint";
import { QueryEmbedder } from "../../src/meaning/endpoint/query-embedder";
import type { VectorIndex } from "../../src/meaning/vector-index";
import { readableLog } from "../support/digests";
import { type Embeddings, openEmbeddings } from "../support/embeddings";
import { status } from "../support/receiver";
import { until } from "../support/until";

describe("meanings of questions", () => {
  let server: Embeddings;
  beforeEach(async () => {
    server = await openEmbeddings({ small: 8 });
  });
  afterEach(() => server.close());

  const index = { model: "endpoint small", readDimensions: async () => 8 } as unknown as VectorIndex;
  const open = (log = createLog("silent")) =>
    new QueryEmbedder({ url: server.url, model: "small", key: undefined }, log);

  test("are asked for once, however many ask at once or later", async () => {
    const embedder = open();
    const ask = (caller: string) => embedder.embed("words", index, caller);
    const [first, ...others] = await Promise.all(["a", "b", "a", "c"].map(ask));
    expect(first!.values).toHaveLength(8);
    for (const other of [...others, await ask("d")]) expect(other).toBe(first);
    expect(server.asked).toHaveLength(1);
  });

  test("keep waiting only the caller who asks for many", async () => {
    const embedder = open();
    let release = () => {};
    server.delay = new Promise((resolve) => {
      release = resolve;
    });
    const many = Array.from({ length: 30 }, (_, i) => embedder.embed(`question ${i}`, index, "many"));
    const settled = Promise.allSettled(many);
    const other = embedder.embed("question 29", index, "other");
    while (server.asked.length < 3) await new Promise(setImmediate);
    expect(server.asked.map(({ input }) => input[0]).sort()).toEqual(["question 0", "question 1", "question 29"]);
    release();
    expect(await other).not.toBeNull();
    const failed = (await settled).flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(failed).toHaveLength(8);
    for (const reason of failed) expect(reason).toBeInstanceOf(EndpointFailure);
  });

  test("are not asked for right after a failure, which is told again", async () => {
    const embedder = open();
    server.instead = () => (_, response) => response.writeHead(429, { "retry-after": "20" }).end();
    for (const text of ["one", "two"])
      await expect(embedder.embed(text, index, "a")).rejects.toThrow("The embeddings' endpoint answers 429.");
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    ["what the endpoint asks for", 429, "20", 19_000, 20_000],
    ["half a minute at most", 503, "900", 29_000, 30_000],
    ["a second without that", 500, "", 1, 1000],
  ])("tell when they are asked for again: %s", async (_, code, header, least, most) => {
    const embedder = open();
    server.instead = () => status(code, "", header ? { "retry-after": header } : {});
    for (const text of ["one", "two"]) {
      const { retryAfter } = await embedder.embed(text, index, "a").catch((error) => error);
      expect(retryAfter).toBeGreaterThan(least);
      expect(retryAfter).toBeLessThanOrEqual(most);
    }
  });

  test("are logged to be missing, and to be back, once", async () => {
    const { lines, log } = readableLog();
    const embedder = open(log);
    server.instead = () => status(500, '{"error":"out of memory"}');
    for (const text of ["one", "two"]) await expect(embedder.embed(text, index, "a")).rejects.toThrow();
    server.instead = null;
    await until(() =>
      embedder.embed("three", index, "a").then(
        () => true,
        () => false,
      ),
    );
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 40,
      msg: "queries have no meaning until the endpoint embeds them again",
      err: { message: expect.stringMatching(/answers 500: "out of memory"\. It was asked for "small" at http:/) },
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({ level: 30, msg: "the embeddings' endpoint embeds queries again" });
  });
});
