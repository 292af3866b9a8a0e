import { encodeNodeId } from "../../src/nodes/node-id";
import { startApi, type TestApi, testLimits } from "../support/api";
import { settings } from "../support/digests";
import { importRecords, sourceRecord } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { createTestRedis } from "../support/redis";
import { messageOf, sendMessage, useAgents } from "./use-agents";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const voteOf = (id: string) => ({ ...LIST, method: "tools/call", params: { name: "upvote", arguments: { id } } });

describe("agents of several processes, behind a proxy", () => {
  const { t } = useAgents();
  const issuer = useIssuer();
  let apis: [TestApi, TestApi];
  beforeAll(async () => {
    const redis = t.use(await createTestRedis());
    const limits = { ...testLimits, RATE_LIMIT_ANONYMOUS: 500, RATE_LIMIT_USER: 5000 };
    const oidc = { issuer: issuer.url, audience: "https://papers.example/mcp", mayMakeTokens: false };
    const start = async () => {
      const client = await redis.client({ commandTimeout: 500 });
      return t.use(await startApi(t.db, { digests: settings, limits, oidc, redis: client, trustProxy: ["127.0.0.1"] }));
    };
    apis = [await start(), await start()];
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", upvotes: 5 })]);
  });

  const behind = (address: string, more: Record<string, string> = {}) => ({
    host: "internal.example",
    "x-forwarded-host": "papers.example",
    "x-forwarded-for": address,
    ...more,
  });

  test("share the points of an address, as the proxy tells it, with /graphql", async () => {
    const [first, second] = apis;
    const statusOf = async (api: TestApi, address: string) => (await sendMessage(api, LIST, behind(address))).status;
    expect(await statusOf(first, "192.0.2.1")).toBe(200);
    const { headers } = await second
      .http()
      .post("/graphql")
      .set("x-forwarded-for", "192.0.2.1")
      .send({ query: "{ __typename }" });
    expect(headers.ratelimit).toMatch(/r=2[0-9]{2};/);
    expect(await statusOf(second, "192.0.2.1")).toBe(200);
    expect(await statusOf(first, "192.0.2.1")).toBe(429);
    expect(await statusOf(first, "192.0.2.2")).toBe(200);
  });

  test("take the host that a trusted proxy tells, and no other", async () => {
    const [api] = apis;
    const statusOf = async (host: string) =>
      (await sendMessage(api, LIST, behind("192.0.2.3", { "x-forwarded-host": host }))).status;
    expect(await statusOf("rebound.example")).toBe(403);
    expect(await statusOf("papers.example")).toBe(200);
    // Without TRUST_PROXY anybody could say so.
    const untrusted = { host: "internal.example", "x-forwarded-host": "papers.example" };
    expect((await sendMessage(t.api, LIST, untrusted)).status).toBe(403);
  });

  test("take an issuer's token for its user, whose points and votes are the same at all, and refuse another audience's", async () => {
    const id = encodeNodeId("Paper", (await t.db.run<{ id: number }>("select id from papers"))[0]!.id);
    const claims = { sub: "7", preferred_username: "eve" };
    const audience = "https://papers.example/mcp";
    const authorization = `Bearer ${await issuer.token(claims, { audience })}`;
    const changedBy = async (api: TestApi, id: string) => {
      const received = await sendMessage(api, voteOf(id), behind("192.0.2.4", { authorization }));
      const { changed, paper } = messageOf(received).result.structuredContent;
      return [changed, paper.upvotes];
    };
    const [first, second] = apis;
    expect(await changedBy(first, "2601.00001")).toEqual([true, 6]);
    expect(await changedBy(second, id)).toEqual([false, 6]);
    const query = '{ paper(by: { arxivId: "2601.00001" }) { viewerHasUpvoted } rateLimit { used } }';
    const { body } = await second
      .http()
      .post("/graphql")
      .set("authorization", authorization)
      .set("x-forwarded-for", "192.0.2.5")
      .send({ query });
    expect(body.data.paper).toEqual({ viewerHasUpvoted: true });
    expect(body.data.rateLimit.used).toBeGreaterThan(1200);
    for (const wrong of [
      await issuer.token(claims, { audience: "another" }),
      await issuer.token(claims, { audience, expires: "-1m" }),
    ]) {
      const received = await sendMessage(first, LIST, behind("192.0.2.6", { authorization: `Bearer ${wrong}` }));
      expect([received.status, messageOf(received).error.data.code]).toEqual([401, "UNAUTHENTICATED"]);
      expect(received.headers["www-authenticate"]).toContain('resource_metadata="https://papers.example/.well-known/');
    }
  });
});
