import { EndpointFailure } from "../../src/meaning/endpoint/endpoint";
import { QueryEmbedder } from "../../src/meaning/endpoint/query-embedder";
import type { VectorIndex } from "../../src/meaning/vector-index";
import { type Embeddings, openEmbeddings } from "../support/embeddings";

describe("meanings of questions", () => {
  let server: Embeddings;
  beforeEach(async () => {
    server = await openEmbeddings({ small: 8 });
  });
  afterEach(() => server.close());

  const index = { model: "endpoint small", readDimensions: async () => 8 } as unknown as VectorIndex;
  const open = () => new QueryEmbedder({ url: server.url, model: "small", key: undefined });

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
});
