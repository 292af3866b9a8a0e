import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { askAtom, MAX_IDS } from "../../../src/ingest/sources/arxiv.client";
import { describeWithSharedData } from "../../support/shared-data";
import { useHttpServer } from "../../support/use-http-server";
import { entry, errorEntry, feed, now, recordedAnswer } from "./arxiv-atom";

describe("asking arXiv's API", () => {
  let handler: (response: ServerResponse, request: IncomingMessage) => void;
  let asked: IncomingMessage[] = [];
  const server = useHttpServer((request, response) => {
    asked.push(request);
    handler(response, request);
  });
  beforeEach(() => {
    asked = [];
  });
  const ask = (ids: string[], over: object = {}) =>
    askAtom({
      apiUrl: `${server.baseUrl()}/api/query`,
      ids,
      contact: "me@example.org",
      now,
      timeoutMs: 20_000,
      ...over,
    });
  const failure = async (respond: typeof handler, over: object = {}) => {
    handler = respond;
    const answer = await ask(["1706.03762"], over);
    expect(asked).toHaveLength(1);
    // Whatever a failure says can be shown to anyone.
    expect("problem" in answer && answer.problem).not.toMatch(/127|localhost|\/|</);
    return answer;
  };

  test("asks where an address with slashes behind it leads, too", async () => {
    handler = (response) => response.end(feed(entry("1706.03762v7")));
    await ask(["1706.03762"], { apiUrl: `${server.baseUrl()}/m/api/query//` });
    expect(asked.map(({ url }) => url)).toEqual(["/m/api/query?id_list=1706.03762&max_results=100"]);
  });

  test("asks once for all ids, says who asks, and tells the papers from those that arXiv does not know", async () => {
    handler = (response) => response.end(feed(entry("astro-ph/0601001v1") + entry("1706.03762v7"), 2));
    const answer = await ask(["1706.03762", "9999.99999", "astro-ph/0601001"], {
      apiUrl: `${server.baseUrl()}/m/api/query`,
    });
    expect(answer).toMatchObject({
      items: [{ record: { arxivId: "astro-ph/0601001", observedAt: now } }, { record: { arxivId: "1706.03762" } }],
      missing: ["9999.99999"],
      refused: [],
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]!.url).toBe("/m/api/query?id_list=1706.03762%2C9999.99999%2Castro-ph%2F0601001&max_results=100");
    expect(asked[0]!.headers["user-agent"]).toBe("daily-papers-api (me@example.org)");
  });

  test("understands a compressed answer", async () => {
    handler = (response) => response.setHeader("content-encoding", "gzip").end(gzipSync(feed(entry("1706.03762v7"))));
    expect(await ask(["1706.03762"])).toMatchObject({ items: [{ record: { arxivId: "1706.03762" } }], missing: [] });
  });

  test.each([200, 400])(
    "a malformed id that arXiv refuses with %i is told, so that the others are asked for again",
    async (status) => {
      handler = (response) => response.writeHead(status).end(feed(errorEntry("incorrect id format for abc")));
      expect(await ask(["1706.03762", "abc", "bc"])).toMatchObject({ items: [], missing: [], refused: ["abc"] });
    },
  );

  test("any other error in a paper's place is a failure, with whatever status", async () => {
    for (const status of [200, 400]) {
      asked = [];
      const body = feed(errorEntry("start must be an integer"));
      expect(await failure((response) => response.writeHead(status).end(body))).toEqual({
        problem: "the source answers with an error",
        told: "the source says: start must be an integer",
        retry: false,
      });
    }
  });

  test("an entry of a paper that was not asked for is rejected; an answer of such papers only is a failure", async () => {
    const other = entry("1212.0001v1");
    handler = (response) => response.end(feed(other + entry("math.GT/0309136v2"), 2));
    expect(await ask(["math/0309136", "1706.03762"])).toEqual({
      items: [
        { rejected: { location: "entry 1", reason: "It is of another paper than those asked for: 1212.0001." } },
        { record: expect.objectContaining({ arxivId: "math/0309136" }), notes: [] },
      ],
      currents: new Map([["math/0309136", "v2 2023-08-02T00:41:18Z"]]),
      missing: ["1706.03762"],
      refused: [],
    });
    asked = [];
    expect(await failure((response) => response.end(feed(other)))).toEqual({
      problem: "the response is of other papers",
      retry: false,
    });
  });

  test("an entry without an id is no paper", async () => {
    handler = (response) => response.end(feed("<entry><title>T</title></entry>"));
    expect(await ask(["1706.03762"])).toMatchObject({
      items: [{ rejected: { location: "entry 1", reason: "It has no id." } }],
      missing: ["1706.03762"],
      refused: [],
    });
  });

  const whole = feed(entry("1706.03762v7"));
  test.each<[string, typeof handler, string]>([
    ["empty", (response) => response.end(), "the response is empty"],
    ["blank", (response) => response.end(" \n"), "the response is empty"],
    ["an HTML page", (response) => response.end("<!DOCTYPE html><html><p>Down"), "the response is not XML"],
    ["XHTML", (response) => response.end("<a/>"), "the response is not an Atom feed"],
    ["text", (response) => response.end("Service down"), "the response is not XML"],
    ["cut off", (response) => response.end(whole.slice(0, -20)), "the response is cut off, or broken XML"],
    ["cut off at once", (response) => response.end("<feed"), "the response is cut off, or broken XML"],
    [
      "with a document type",
      (response) => response.end(`<!DOCTYPE feed>${whole}`),
      "the response is cut off, or broken XML",
    ],
    ["without the papers found", (response) => response.end(feed("")), "the response holds none of the papers found"],
    [
      "in another encoding",
      (response) => response.end(Buffer.from(whole.replace("Ada", "Adá"), "latin1")),
      "the response is not encoded in UTF-8",
    ],
    ["an error of its server", (response) => response.writeHead(500).end(whole), "the source responds with 500"],
    ["a broken connection", (response) => response.destroy(), "the connection fails (UND_ERR_SOCKET)"],
  ])("an answer that is %s is a failure; a retry may help", async (_, respond, problem) => {
    expect(await failure(respond)).toMatchObject({ problem, retry: true });
  });

  test("a body that breaks off is a failure; a retry may help", async () => {
    const answer = await failure((response) =>
      response.writeHead(200, { "content-length": "1000" }).write("<feed", () => response.destroy()),
    );
    expect(answer).toMatchObject({ problem: expect.stringContaining("the connection fails"), retry: true });
  });

  test.each([200, 403, 429, 503])(
    "%i with the words of arXiv's rate limit is a failure that tells how long to wait",
    async (status) => {
      const answer = await failure((response) =>
        response.writeHead(status, { "retry-after": "7" }).end("Rate exceeded."),
      );
      expect(answer).toEqual({
        problem: "the source allows no more requests now",
        isLimit: true,
        retry: true,
        waitMs: 7000,
      });
    },
  );

  test.each([
    ["120, 60", 120_000],
    ["60,120,  90", 120_000],
    ["1.5", 2000],
    ["+60", 60_000],
    [" 7 ", 7000],
    ["0", 0],
    ["Mon, 01 Jun 2026 00:01:00 GMT", 60_000],
    ["1e9", undefined],
    ["soon", undefined],
  ])("of what Retry-After may say, %j is so many ms: %p", async (header, waitMs) => {
    const date = "Mon, 01 Jun 2026 00:00:00 GMT";
    const answer = await failure((response) => response.writeHead(429, { date, "retry-after": header }).end("<p>"));
    expect(answer).toHaveProperty("waitMs", waitMs);
  });

  test("a refusal is a failure that a retry does not mend", async () => {
    expect(await failure((response) => response.writeHead(403).end("<p>no</p>"))).toMatchObject({
      problem: "the source responds with 403",
      retry: false,
    });
    asked = [];
    expect(await failure((response) => response.writeHead(400).end("no"))).toMatchObject({ retry: false });
  });

  test("a source that is not there, too slow or no longer wanted is a failure", async () => {
    handler = () => {};
    expect(await ask(["1706.03762"], { timeoutMs: 50 })).toEqual({ problem: "no response within 0.05 s", retry: true });
    const signal = AbortSignal.abort();
    expect(await ask(["1706.03762"], { signal })).toEqual({ problem: "the request was stopped", retry: true });
    expect(await ask(["1706.03762"], { apiUrl: "http://127.0.0.1:9" })).toMatchObject({ retry: true });
  });

  test("more ids than arXiv takes are a mistake of the caller", async () => {
    await expect(ask(Array.from({ length: MAX_IDS + 1 }, (_, i) => `2601.${10_000 + i}`))).rejects.toThrow(RangeError);
    await expect(ask([])).rejects.toThrow(RangeError);
  });

  describeWithSharedData("with its real answers", () => {
    test.each([
      ["id_0808.05394", ["0808.05394", "1707.08567"], { missing: ["0808.05394"], refused: [] }],
      ["id_abc", ["abc", "1605.08386"], { items: [], missing: [], refused: ["abc"] }],
      ["id_0000.0000", ["0000.0000"], { items: [], missing: ["0000.0000"], refused: [] }],
    ])("%s", async (name, ids, expected) => {
      const { status_code, body } = recordedAnswer(name);
      handler = (response) => response.writeHead(status_code).end(body);
      expect(await ask(ids)).toMatchObject(expected);
    });
  });
});
