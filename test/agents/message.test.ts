import { portOf, startApi, testLimits } from "../support/api";
import { settings } from "../support/digests";
import { createHttpClient } from "../support/http-client";
import { messageOf, sendMessage, useAgents } from "./use-agents";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const LONG = "x".repeat(90_000);

describe("messages of agents", () => {
  const { t } = useAgents();
  const callOf = (name: string, args: object) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: args },
  });
  const refusedWith = async (body: string | undefined, headers: Record<string, string>, path = "/mcp") => {
    const client = createHttpClient(portOf(t.api), 1);
    const received = await client.send({ path, headers, body }).finally(client.close);
    const { jsonrpc, id, error } = messageOf(received);
    expect([jsonrpc, id]).toEqual(["2.0", null]);
    return { status: received.status, ...error };
  };
  const JSON_TYPE = { "content-type": "application/json", accept: "application/json, text/event-stream" };

  test.each([
    [
      "wrong values",
      { query: "a b", filter: { keywords: Array(50_000).fill(1) } },
      /filter\.keywords\[0\] must be string/,
    ],
    [
      "unknown names",
      Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`unknown${i}`, 1])),
      /'query'|unknown0/,
    ],
    ["a long unknown name", { query: "a b", [LONG]: 1 }, /no argument "x{99}…": pass query, /],
  ])("of %s, the first one is named", async (_, args, message) => {
    const received = await sendMessage(t.api, callOf("search_papers", args));
    expect(received.bytes.length).toBeLessThan(1000);
    const { isError, content } = messageOf(received).result;
    expect([isError, content[0].text]).toEqual([true, expect.stringMatching(message)]);
  });

  test.each([
    ["search_papers", { query: LONG }],
    ["search_papers", { query: "a b", after: LONG }],
    ["search_papers", { query: "a b", mode: LONG }],
    ["search_papers", { query: "a b", filter: { authorIds: [LONG] } }],
    ["search_papers", { query: "a b", filter: { near: Array(8000).fill("wrong") } }],
    ["search_papers", { query: "a b", filter: { categories: Array(8000).fill("zz.ZZ") } }],
    ["search_papers", { query: "a b", filter: { publishedFrom: LONG } }],
    ["get_feed", { on: LONG }],
    ["get_paper", { papers: [LONG] }],
    ["find", { name: LONG }],
    ["changes_since", { since: LONG }],
    ["changes_since", { since: "2026-01-01T00:00:00Z", after: LONG }],
  ])("%s does not repeat a long value", async (name, args) => {
    const received = await sendMessage(t.api, callOf(name, args));
    expect(received.bytes.length).toBeLessThan(2000);
    expect(messageOf(received).result).toMatchObject({ isError: true });
  });

  test.each([
    ["name", callOf(LONG, {})],
    ["uri", { ...LIST, method: "resources/read", params: { uri: `daily-papers://paper/${LONG}` } }],
    ["method", { ...LIST, method: LONG }],
    ["id", { ...LIST, id: LONG }],
    ["value", { ...LIST, params: { _meta: { "io.modelcontextprotocol/protocolVersion": LONG } } }],
    ["value", { ...LIST, method: "initialize", params: { protocolVersion: LONG, capabilities: {}, clientInfo: {} } }],
  ])("a long %s is not repeated", async (what, message) => {
    const received = await sendMessage(t.api, message);
    expect(received.bytes.length).toBeLessThan(20_000);
    const { id, error } = messageOf(received);
    expect(what === "value" || error.message.startsWith(`${what} may have at most`)).toBe(true);
    expect(id).toBe(what === "id" ? null : 1);
  });

  test("bodies that are no JSON are parse errors", async () => {
    for (const body of ["{", "", undefined]) {
      expect(await refusedWith(body, JSON_TYPE)).toMatchObject({ status: 400, code: -32700 });
    }
    expect(await refusedWith(undefined, {})).toMatchObject({
      status: 400,
      code: -32700,
      message: expect.stringContaining("empty"),
    });
  });

  test("other bodies are told what a message is, and batches to come one by one", async () => {
    for (const body of ['"text"', "{}", "null", '{"jsonrpc": "2.0"}']) {
      const message = expect.stringContaining("Send one message of JSON-RPC");
      expect(await refusedWith(body, JSON_TYPE)).toMatchObject({ status: 400, code: -32600, message });
    }
    for (const body of [[LIST, LIST], []]) {
      const message = expect.stringContaining("Batches are not taken");
      expect(await refusedWith(JSON.stringify(body), JSON_TYPE)).toMatchObject({ status: 400, code: -32600, message });
    }
    expect(await refusedWith("query=1", { "content-type": "text/plain" })).toMatchObject({
      status: 415,
      code: -32600,
      message: expect.stringContaining("content-type: application/json"),
    });
  });

  test("a body beyond the limit, in another charset or coding is refused as other bodies are", async () => {
    const long = JSON.stringify({ ...LIST, params: { x: "x".repeat(testLimits.MAX_BODY_BYTES) } });
    expect(await refusedWith(long, JSON_TYPE)).toMatchObject({
      status: 413,
      code: -32600,
      message: `The body may have at most ${testLimits.MAX_BODY_BYTES} bytes.`,
      data: { code: "BAD_USER_INPUT" },
    });
    for (const [name, value] of [
      ["content-type", "application/json; charset=latin1"],
      ["content-encoding", "gzip"],
    ] as const) {
      expect(await refusedWith("{}", { ...JSON_TYPE, [name]: value })).toMatchObject({ status: 415, code: -32600 });
    }
    expect(await refusedWith("{}", { ...JSON_TYPE, host: "other.example" })).toMatchObject({ status: 403 });
  });

  test("streams of changes are a method that is not there", async () => {
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const headers = { "mcp-protocol-version": "2026-07-28" };
    for (const method of ["subscriptions/listen", "nothing/at/all"]) {
      const message = { jsonrpc: "2.0", id: 7, method, params: { notifications: {}, _meta } };
      const received = await sendMessage(t.api, message, { ...headers, "mcp-method": method });
      expect([received.status, messageOf(received)]).toMatchObject([404, { id: 7, error: { code: -32601 } }]);
    }
  });

  test("that are refused are counted among the errors", async () => {
    const api = t.use(await startApi(t.db, { digests: settings, metricsToken: "metrics" }));
    const errors = async () => {
      const { text } = await api.http().get("/metrics").set("authorization", "Bearer metrics");
      return Number(/errors_total\{operation="none",code="BAD_USER_INPUT"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const { method: _, ...noMethod } = LIST;
    const refused = [
      [LIST],
      noMethod,
      { ...LIST, method: "nothing/at/all" },
      callOf("nothing", {}),
      callOf("find", { no: 1 }),
    ];
    for (const [i, message] of refused.entries()) {
      await sendMessage(api, message);
      expect(await errors()).toBe(i + 1);
    }
    await sendMessage(api, LIST);
    await sendMessage(api, { jsonrpc: "2.0", method: "notifications/initialized" });
    expect(await errors()).toBe(refused.length);
  });

  test("unknown tools and methods are named, and a slash behind the path does not matter", async () => {
    for (const name of ["nope", "constructor", "toString", "__proto__", "hasOwnProperty", ""]) {
      const message = `There is no tool "${name}": tools/list has those that there are.`;
      const { error } = messageOf(await sendMessage(t.api, callOf(name, {})));
      expect(error).toEqual({ code: -32602, message, data: { code: "BAD_USER_INPUT" } });
    }
    expect(messageOf(await sendMessage(t.api, { ...LIST, method: "nothing/at/all" }))).toMatchObject({
      error: { code: -32601 },
    });
    const { status } = await t.api.http().post("/mcp/").set(JSON_TYPE).send(LIST);
    expect(status).toBe(200);
  });

  test("large messages of one caller wait for each other, and only so many may wait; small ones do not", async () => {
    const limits = { ...testLimits, MAX_WAITING_OPERATIONS: 1, RATE_LIMIT_ANONYMOUS: 0 };
    const api = t.use(await startApi(t.db, { digests: settings, limits, trustProxy: ["127.0.0.1"] }));
    const refusedOf = async (message: object) => {
      const sent = Array.from({ length: 10 }, () => sendMessage(api, message, { "x-forwarded-for": "192.0.2.2" }));
      return (await Promise.all(sent)).filter(
        ({ status, body }) => status === 429 && body.includes("running or waiting"),
      );
    };
    const large = callOf("search_papers", { query: "a b", filter: { keywords: Array(40_000).fill(1) } });
    const small = callOf("search_papers", { query: "a b", filter: { keywords: [1] } });
    let refused = 0;
    for (let round = 0; round < 50 && refused === 0; round++) {
      // Beside others, a caller rests after each.
      await sendMessage(api, callOf("get_feed", {}), { "x-forwarded-for": "192.0.2.1" });
      refused = (await refusedOf(large)).length;
      expect(await refusedOf(small)).toEqual([]);
    }
    expect(refused).toBeGreaterThan(0);
  });
});
