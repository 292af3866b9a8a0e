import { portOf, startApi, type TestApi, testLimits } from "../support/api";
import { settings } from "../support/digests";
import { signIn } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { callMethod, messageOf, sendMessage, useAgents } from "./use-agents";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const VOTE = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "upvote", arguments: { id: "x" } } };
const METADATA = "https://papers.example/.well-known/oauth-protected-resource";

describe("who may use the tools", () => {
  const { t } = useAgents();
  const statusOf = async (headers: Record<string, string>, api = t.api) =>
    (await sendMessage(api, LIST, headers)).status;

  test.each([
    ["papers.example", 200],
    ["papers.example:8443", 200],
    ["PAPERS.example", 200],
    ["localhost:4000", 200],
    ["127.0.0.1", 200],
    ["[::1]:4000", 200],
    ["192.168.1.7:4000", 200],
    ["rebound.example", 403],
    ["papers.example.rebound.example", 403],
    ["localhost.rebound.example", 403],
  ])("the host %s is answered with %i", async (host, status) => {
    expect(await statusOf({ host })).toBe(status);
  });

  test.each([
    ["https://papers.example", 200],
    ["http://localhost:6274", 200],
    ["http://127.0.0.1:6274", 200],
    ["https://other.example", 403],
    ["http://192.168.1.7", 403],
    ["null", 403],
  ])("a page of the origin %j gets %i", async (origin, status) => {
    expect(await statusOf({ origin })).toBe(status);
    expect((await sendMessage(t.api, LIST, { host: "rebound.example", origin })).status).toBe(403);
  });

  test("a token that is no good is refused with a challenge, before anything is done", async () => {
    for (const message of [LIST, VOTE]) {
      const { status, headers, body } = await sendMessage(t.api, message, { authorization: "Bearer dp_wrong" });
      expect(status).toBe(401);
      expect(headers["www-authenticate"]).toBe(`Bearer error="invalid_token", resource_metadata="${METADATA}"`);
      expect(JSON.parse(body)).toMatchObject({ id: 1, error: { code: -32000, data: { code: "UNAUTHENTICATED" } } });
    }
    expect(await statusOf({ "x-api-key": "dp_anything" })).toBe(401);
  });

  test("without a token a vote is challenged for one", async () => {
    const { status, headers } = await sendMessage(t.api, VOTE);
    expect([status, headers["www-authenticate"]]).toEqual([401, `Bearer resource_metadata="${METADATA}"`]);
  });

  test("the metadata tells the resource, at both places where clients look", async () => {
    for (const path of ["", "/mcp"]) {
      const { body } = await t.api.http().get(`/.well-known/oauth-protected-resource${path}`).expect(200);
      expect(body).toEqual({
        resource: "https://papers.example/mcp",
        bearer_methods_supported: ["header"],
        resource_name: "Daily Papers",
      });
    }
  });

  describe("with an issuer", () => {
    const issuer = useIssuer();
    let api: TestApi;
    beforeAll(async () => {
      const oidc = { issuer: issuer.url, audience: "papers", mayMakeTokens: false };
      api = t.use(await startApi(t.db, { digests: settings, oidc }));
    });

    test("its tokens are taken, its address is in the metadata, and votes are listed for all", async () => {
      const { body } = await api.http().get("/.well-known/oauth-protected-resource/mcp").expect(200);
      expect(body.authorization_servers).toEqual([issuer.url]);
      const token = await issuer.token({ sub: "1", preferred_username: "eve" });
      const { result } = await callMethod(api, "tools/list", {}, token);
      const anonymous = await callMethod(api, "tools/list");
      expect(anonymous.result).toEqual(result);
      expect(result.tools).toHaveLength(8);
      const wrong = await issuer.token({ sub: "1" }, { audience: "another" });
      expect(await statusOf({ authorization: `Bearer ${wrong}` }, api)).toBe(401);
    });
  });

  test.each([
    ["GET", "/mcp", 405],
    ["GET", "/mcp/", 405],
    ["DELETE", "/mcp", 405],
    ["POST", "/mcp/operations.json", 405],
    ["GET", "/mcp/x", 404],
    ["POST", "/mcp/x/y", 404],
  ])("%s %s is refused in the form of messages", async (method, path, status) => {
    const response = await fetch(`http://127.0.0.1:${portOf(t.api)}${path}`, { method });
    expect([response.status, response.headers.has("allow")]).toEqual([status, status === 405]);
    const error = { code: -32600, data: { code: "BAD_USER_INPUT" } };
    expect(await response.json()).toMatchObject({ jsonrpc: "2.0", id: null, error });
  });

  test("paths beside those of messages are refused as all others, and /mcp, too, where there are no agents", async () => {
    const without = t.use(await startApi(t.db, { digests: settings, agents: false }));
    for (const [api, path] of [
      [t.api, "/mcpx"],
      [without, "/mcp"],
    ] as const) {
      const { body } = await api.http().get(path).expect(404);
      expect(body).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
    }
  });

  test("a refusal has the id of the message that it refuses", async () => {
    const limits = { ...testLimits, RATE_LIMIT_ANONYMOUS: 250 };
    const api = t.use(await startApi(t.db, { digests: settings, limits }));
    const refusalOf = async (message: object, headers = {}) => {
      const received = await sendMessage(api, message, headers);
      const { id, error } = messageOf(received);
      return [received.status, id, error.data.code];
    };
    expect(await refusalOf({ ...VOTE, id: "vote" })).toEqual([401, "vote", "UNAUTHENTICATED"]);
    expect(await refusalOf({ ...LIST, id: 7 })).toEqual([429, 7, "RATE_LIMITED"]);
    expect(await refusalOf({ ...LIST, id: {} })).toEqual([429, null, "RATE_LIMITED"]);
    expect(await refusalOf({ ...LIST, id: "x".repeat(101) })).toEqual([429, null, "RATE_LIMITED"]);
    expect(await refusalOf([LIST])).toEqual([429, null, "RATE_LIMITED"]);
    const other = { host: "rebound.example" };
    expect((await refusalOf({ ...LIST, id: 8 }, other))[1]).toBe(8);
  });

  test("operations cost their caller's points, are counted by their names, and say when there are none left", async () => {
    const limits = { ...testLimits, RATE_LIMIT_ANONYMOUS: 12_000 };
    const api = t.use(await startApi(t.db, { digests: settings, limits, metricsToken: "metrics" }));
    const search = () => callMethod(api, "tools/call", { name: "search_papers", arguments: { query: "a study" } });
    const texts: string[] = [];
    for (let i = 0; i < 3; i++) texts.push((await search()).result?.content[0].text ?? "");
    expect(texts[0]).not.toContain("RATE_LIMITED");
    expect(texts.at(-1)).toMatch(/^RATE_LIMITED: .*again after \d+ s\)$/s);
    const metrics = await api.http().get("/metrics").set("authorization", "Bearer metrics");
    expect(metrics.text).toContain('operation="search_papers"');
  });

  test("every answer tells the points that are left, of the user where there is one; without them it is a 429", async () => {
    const limits = { ...testLimits, RATE_LIMIT_ANONYMOUS: 300, RATE_LIMIT_USER: 9000 };
    const api = t.use(await startApi(t.db, { digests: settings, limits }));
    const told = async (message: object, headers = {}) => {
      const received = await sendMessage(api, message, headers);
      const [, remaining] = /r=(\d+)/.exec(String(received.headers.ratelimit)) ?? [];
      return { status: received.status, remaining: Number(remaining), error: messageOf(received).error };
    };
    expect(await told(LIST)).toEqual({ status: 200, remaining: 100, error: undefined });
    expect(await told(LIST)).toMatchObject({
      status: 429,
      error: { code: -32000, data: { code: "RATE_LIMITED", retryAfter: expect.any(Number) } },
    });
    const authorization = `Bearer ${await signIn(t.db, "rated")}`;
    expect(await told(LIST, { authorization })).toMatchObject({ status: 200, remaining: 8800 });
    const feed = { ...LIST, method: "tools/call", params: { name: "get_feed", arguments: {} } };
    expect((await told(feed, { authorization })).remaining).toBeLessThan(8600);
  });

  test("they may be turned off, and go on where only trusted documents are served", async () => {
    const off = t.use(await startApi(t.db, { digests: settings, agents: false }));
    for (const path of ["/llms.txt", "/mcp/operations.json", "/.well-known/oauth-protected-resource"]) {
      await off.http().get(path).expect(404);
      await t.api.http().get(path).expect(200);
    }
    expect((await sendMessage(off, LIST)).status).toBe(404);
    const only = t.use(await startApi(t.db, { digests: settings, trustedOnly: true }));
    const { result } = await callMethod(only, "tools/call", { name: "get_feed", arguments: {} });
    expect(result.isError).toBeUndefined();
  });

  test("a token's owner is the caller, and no answer may be stored", async () => {
    const token = await signIn(t.db, "ada");
    const { status, headers } = await sendMessage(t.api, LIST, { authorization: `Bearer ${token}` });
    expect([status, headers["cache-control"]]).toEqual([200, "no-store"]);
  });
});
