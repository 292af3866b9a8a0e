import type { RequestListener } from "node:http";
import { EndpointFailure, embed } from "../../src/meaning/endpoint/endpoint";
import { readableLog } from "../support/digests";
import { type Embeddings, openEmbeddings } from "../support/embeddings";

describe("an endpoint of embeddings", () => {
  let server: Embeddings;
  beforeAll(async () => {
    server = await openEmbeddings({ small: 8 });
  });
  afterEach(() => {
    server.instead = null;
  });
  afterAll(() => server.close());

  const ask = (texts: string[], timeout = 5000) =>
    embed({ url: server.url, model: "small", key: "secret-key" }, "small", texts, { timeout });
  const failure = async (texts = ["a", "b"], timeout?: number): Promise<EndpointFailure> => {
    const error = await ask(texts, timeout).then(
      () => null,
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(EndpointFailure);
    expect(JSON.stringify(error) + error.stack).not.toContain("secret-key");
    return error;
  };
  const answer = (body: unknown): RequestListener => {
    return (_, response) => response.writeHead(200).end(typeof body === "string" ? body : JSON.stringify(body));
  };

  test("gives each text its own vector, by whatever order they come", async () => {
    const texts = ["one two", "three", ""];
    const both = await ask(texts);
    const alone = await Promise.all(texts.map((text) => ask([text])));
    expect(both).toEqual(alone.flat());
    expect(both[0]!.values).toHaveLength(8);
    expect(both[2]).toBeNull();
    expect(server.asked[0]).toMatchObject({
      path: "/v1/embeddings",
      headers: { authorization: "Bearer secret-key", "content-type": "application/json" },
      model: "small",
      input: texts,
    });
  });

  test.each([
    ["no JSON", "<html>", /it is no JSON/],
    ["null", "null", /no list `data`/],
    ["another object", { error: "secret-key" }, /no list `data`/],
    ["too few", { data: [{ index: 0, embedding: [1] }] }, /1 vectors for 2 texts/],
    ["the same index twice", { data: [0, 0].map((index) => ({ index, embedding: [1] })) }, /indexes/],
    ["an index beyond", { data: [0, 2].map((index) => ({ index, embedding: [1] })) }, /indexes/],
    ["different dimensions", { data: [{ embedding: [1] }, { embedding: [1, 2] }] }, /differ in dimensions/],
    ["no numbers", { data: [{ embedding: ["1"] }, { embedding: [1] }] }, /finite number/],
    ["numbers beyond all", '{"data":[{"embedding":[1e999]},{"embedding":[1]}]}', /finite number/],
    ["null for a number", { data: [{ embedding: [null] }, { embedding: [1] }] }, /finite number/],
    ["empty vectors", { data: [{ embedding: [] }, { embedding: [] }] }, /1 to 4096/],
    ["items that are null", { data: [null, null] }, /1 to 4096/],
    ["vectors in base64", { data: [{ embedding: "AAAA" }, { embedding: "AAAA" }] }, /1 to 4096/],
  ])("is not believed when it answers with %s", async (_, body, problem) => {
    server.instead = () => answer(body);
    expect((await failure()).message).toMatch(problem);
  });

  test("may answer with any finite numbers, of which only zeros have no meaning", async () => {
    const embeddings = [
      [1e308, -1e308, 1e307],
      [5e-324, 0, 0],
      [0, -0, 0],
    ];
    server.instead = () => answer({ data: embeddings.map((embedding) => ({ embedding })) });
    expect(await ask(["a", "b", "c"])).toEqual([
      { values: Int8Array.of(127, -127, 13), scale: 1 / Math.hypot(127, 127, 13) },
      { values: Int8Array.of(127, 0, 0), scale: 1 / 127 },
      null,
    ]);
  });

  test("is read no further than an answer may be long", async () => {
    server.instead = () => (_, response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed) return;
        response.write(" ".repeat(64 * 1024));
        setImmediate(more);
      };
      more();
    };
    expect((await failure(["a"])).message).toMatch(/more than 196608 bytes/);
  });

  test("is not waited for longer than said, before its answer or within", async () => {
    server.instead = () => () => {};
    expect((await failure(["a"], 50)).message).toMatch(/within 50 ms/);
    server.instead = () => (_, response) => response.writeHead(200).write("{");
    expect((await failure(["a"], 50)).message).toMatch(/within 50 ms/);
  });

  test("says what it refuses, and when to come back", async () => {
    server.instead = () => (_, response) => response.writeHead(429, { "retry-after": "7" }).end("secret-key");
    expect(await failure()).toMatchObject({ status: 429, retryAfter: 7000, isOfTexts: false });
    server.instead = () => (_, response) =>
      response.writeHead(503, { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }).end();
    expect(await failure()).toMatchObject({ status: 503, retryAfter: null, isOfTexts: false });
    server.instead = () => (_, response) => response.writeHead(413).end();
    expect(await failure()).toMatchObject({ status: 413, isOfTexts: true });
  });

  test.each([
    [
      "OpenAI",
      '{"error":{"message":"Incorrect API key provided: secret-k****key.","type":"x"}}',
      "Incorrect API key provided: ***",
    ],
    ["Ollama", '{"error":"model \\"small\\" not found"}', 'model "small" not found'],
    ["FastAPI", '{"detail":"Not\\nFound"}', "Not Found"],
    ["a proxy", "<h1>502\r\nBad\u0007 Gateway</h1> secret-key", "<h1>502 Bad Gateway</h1> ***"],
    ["another JSON", '{"detail":[1]}', '{"detail":[1]}'],
    ["something long", "😀".repeat(201), `${"😀".repeat(200)}…`],
    ["something endless", "a".repeat(100_000), ""],
  ])("is told of by model, address and reason, as %s says it", async (_, body, reason) => {
    server.instead = () => (_, response) => response.writeHead(503).end(body);
    const said = reason && `: "${reason}"`;
    expect((await failure()).message).toBe(
      `The embeddings' endpoint answers 503${said}. It was asked for "small" at ${server.url}/embeddings.`,
    );
  });

  test("stands in the log by its address, where those of others do not", async () => {
    server.instead = () => (_, response) => response.writeHead(503).end("198.51.100.7 may not");
    const { lines, log } = readableLog();
    log.error({ err: await failure() }, "failed");
    const { err } = JSON.parse(lines[0]!);
    for (const text of [err.message, err.stack]) {
      expect(text).toContain(`answers 503: "*.*.*.* may not". It was asked for "small" at ${server.url}/embeddings.`);
      expect(text).not.toContain("198.51");
    }
    const withSecrets = server.url.replace("http://", "http://me:pass@").concat("?token=hidden");
    const hidden = await embed({ url: withSecrets, model: "m", key: undefined }, "m", ["a"], { timeout: 5000 }).catch(
      String,
    );
    expect(hidden).toContain(`at ${server.url}/embeddings.`);
    expect(hidden).not.toMatch(/pass|hidden/);
  });

  test("is not followed elsewhere with the key", async () => {
    server.instead = () => (_, response) => response.writeHead(307, { location: `${server.url}/elsewhere` }).end();
    const before = server.asked.length;
    expect((await failure()).status).toBe(307);
    expect(server.asked).toHaveLength(before + 1);
  });

  test("is away", async () => {
    const gone = await openEmbeddings({});
    await gone.close();
    await expect(embed({ url: gone.url, model: "m", key: undefined }, "m", ["a"], { timeout: 5000 })).rejects.toThrow(
      "The embeddings' endpoint cannot be reached (ECONNREFUSED).",
    );
  });
});
