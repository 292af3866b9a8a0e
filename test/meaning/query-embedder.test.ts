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

  test("of a caller who had to wait for a turn are refused to that one alone", async () => {
    const { lines, log } = readableLog();
    const embedder = open(log);
    server.instead = (asked) => (_, response) =>
      setTimeout(
        () => response.end(JSON.stringify({ data: [{ embedding: [asked.input[0]!.length, 1, 1, 1, 1, 1, 1, 1] }] })),
        1300,
      );
    const many = Array.from({ length: 6 }, (_, i) => embedder.embed(`question ${i}`, index, "many"));
    const settled = await Promise.allSettled(many);
    expect(settled.map(({ status }) => status)).toEqual([...Array(2).fill("fulfilled"), ...Array(4).fill("rejected")]);
    for (const each of settled.slice(2))
      expect(each).toMatchObject({ reason: { message: expect.stringContaining("no time"), retryAfter: null } });
    expect(await embedder.embed("another question", index, "other")).not.toBeNull();
    expect(lines).toEqual([]);
  });

  test("that the endpoint refuses, though it takes others, are refused to those who ask them, and logged", async () => {
    const { lines, log } = readableLog();
    const embedder = open(log);
    for (const [text, answer] of [
      ["poison", status(400, '{"error":"not this"}')],
      ["venom", status(500)],
      ["toxin", status(200, '{"data":[{"embedding":[1,2]}]}')],
      ["bane", status(200, '{"data":[{"embedding":null}]}')],
    ] as const) {
      server.instead = ({ input }) => (input[0] === text ? answer : null);
      await expect(embedder.embed(text, index, "a")).rejects.toBeInstanceOf(EndpointFailure);
      const before = server.asked.length;
      await expect(embedder.embed(text, index, "a")).rejects.toMatchObject({ retryAfter: null });
      expect(server.asked).toHaveLength(before);
      expect(await embedder.embed(`not ${text}`, index, "a")).not.toBeNull();
    }
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 40,
        msg: "a query has no meaning, as the endpoint refuses its text",
        err: { message: expect.stringContaining(`answers 400: "not this". It was asked for "small" at ${server.url}`) },
      },
    ]);
  });

  test.each([
    ["refuses all texts", status(400), "answers 400."],
    [
      "has other dimensions",
      status(200, '{"data":[{"embedding":[1,2]}]}'),
      "2 dimensions, where those of the papers have 8;",
    ],
  ])("are not asked for when the endpoint %s, which is logged once", async (_, answer, problem) => {
    const { lines, log } = readableLog();
    const embedder = open(log);
    server.instead = () => answer;
    for (const text of ["one", "two", "three"])
      await expect(embedder.embed(text, index, "a")).rejects.toMatchObject({ retryAfter: expect.any(Number) });
    expect(server.asked).toHaveLength(2);
    expect(lines).toHaveLength(1);
    const { msg, err } = JSON.parse(lines[0]!);
    expect(msg).toBe("queries have no meaning until the endpoint embeds them again");
    expect(err.message).toContain(problem);
    expect(err.message).toContain(`It was asked for "small" at ${server.url}/embeddings.`);
  });

  test("are not asked for while no paper has a vector", async () => {
    const { model } = index;
    const empty = { model, readDimensions: async () => 0 } as unknown as VectorIndex;
    const embedder = open();
    expect(await embedder.embed("words", empty, "a")).toBeNull();
    expect(server.asked).toEqual([]);
    expect(await embedder.embed("words", index, "a")).not.toBeNull();
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

  test("by a model whose endpoint the process was not told of are refused, and the log names the settings once", async () => {
    const { lines, log } = readableLog();
    const embedder = new QueryEmbedder(null, log);
    for (const text of ["one", "two"])
      await expect(embedder.embed(text, index, "a")).rejects.toThrow("is not that of this server");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { model: "small", msg: expect.stringMatching(/no EMBEDDINGS_URL and EMBEDDINGS_MODEL/) },
    ]);
  });
});
