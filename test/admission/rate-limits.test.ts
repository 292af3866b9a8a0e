import { setTimeout as sleep } from "node:timers/promises";
import { getIntrospectionQuery } from "graphql";
import { defaultLimits } from "../../src/config/limits";
import { startApi, type TestApi } from "../support/api";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { describeWithRedis, redisNotice } from "../support/redis";
import { useApi, useDatabase } from "../support/use-api";
import { useApisOnRedis } from "../support/use-redis";

const limits = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 380, RATE_LIMIT_USER: 400 };
/** Costs 51 points: 20 as every operation, 3 for each of its 10 tokens, and one for the object. */
const ALLOWANCE = "{ rateLimit { limit cost used remaining resetAt } }";
/** Costs 193 points: 20 as every operation, 42 for 14 tokens, and a page of 80 rows. */
const PAGE = "{ papers(first: 80) { nodes { title } } }";

describe("points a minute", () => {
  const t = useDatabase();
  let api: TestApi;
  beforeEach(async () => {
    api = await startApi(t.db, { limits, trustProxy: ["127.0.0.1"] });
  });
  afterEach(() => api.close());

  const send = (query: string, { address = "192.0.2.1", token = "" } = {}) => {
    const headers = { "x-forwarded-for": address, ...(token && { authorization: `Bearer ${token}` }) };
    return api.http().post("/graphql").set(headers).send({ query });
  };

  test("are told by the query and by the headers, which say the same", async () => {
    const { headers, body } = await send(ALLOWANCE);
    expect(body.data.rateLimit).toMatchObject({ limit: 380, cost: 51, used: 51, remaining: 329 });
    const wait = new Date(body.data.rateLimit.resetAt).getTime() - Date.now();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60_000);
    expect(headers["ratelimit-policy"]).toBe('"points";q=380;w=60');
    expect(headers.ratelimit).toMatch(/^"points";r=329;t=\d+$/);
  });

  test("are spent by what an operation costs; beyond them it is refused with the time to wait", async () => {
    expect((await send(PAGE)).headers.ratelimit).toMatch(/^"points";r=187;/);
    const refused = await send(PAGE);
    expect(refused.status).toBe(429);
    const [error] = refused.body.errors;
    expect(error).toMatchObject({
      message: expect.stringContaining("costs 193 points, more than are left of 380"),
      extensions: { code: "RATE_LIMITED", limit: 380, cost: 193, retryAfter: expect.any(Number) },
    });
    expect(refused.headers["retry-after"]).toBe(String(error.extensions.retryAfter));
    // What was refused cost what it takes to read it, not all of its points: smaller operations still pass.
    expect((await send("{ rateLimit { used } }")).body.data.rateLimit.used).toBe(193 + 142 + 39);
  });

  test("are an address's own; those of one IPv6 network (/64) count together", async () => {
    await send(PAGE, { address: "192.0.2.1" });
    await send(PAGE, { address: "2001:db8::1" });
    expect((await send(PAGE, { address: "192.0.2.2" })).status).toBe(200);
    expect((await send(PAGE, { address: "2001:db8:0:0:ffff::2" })).status).toBe(429);
    expect((await send(PAGE, { address: "2001:db8:0:1::1" })).status).toBe(200);
    expect((await send(PAGE, { address: "::ffff:192.0.2.1" })).status).toBe(429);
  });

  test.each([
    ["192.0.2.7:5678", "192.0.2.7:5679"],
    ["[2001:db8:7::1]:80", "2001:0db8:0007::2"],
    ["::ffff:192.0.2.9", "192.0.2.9"],
    ["::ffff:c000:20a", "192.0.2.10"],
    ["1:2:3:4:5:6:7:8::9", "no address"],
  ])("of %s are those of %s too", async (one, other) => {
    expect((await send(PAGE, { address: one })).status).toBe(200);
    expect((await send(PAGE, { address: other })).status).toBe(429);
  });

  test("are a user's own, whichever token and address are used", async () => {
    const tokens = [await signIn(t.db, "ada"), await signIn(t.db, "ada")];
    const asked = await Promise.all(tokens.map((token, i) => send(PAGE, { token, address: `192.0.2.${i}` })));
    expect(asked.map(({ status }) => status)).toEqual([200, 200]);
    expect((await send(PAGE, { token: tokens[0] })).status).toBe(429);
    expect((await send(PAGE, { token: await signIn(t.db, "bob") })).status).toBe(200);
    expect((await send(PAGE)).status).toBe(200);
  });

  test("are not counted for an address that the caller only claims", async () => {
    const exposed = await startApi(t.db, { limits });
    const claim = (address: string) =>
      exposed.http().post("/graphql").set("x-forwarded-for", address).send({ query: PAGE });
    expect((await claim("192.0.2.8")).status).toBe(200);
    expect((await claim("192.0.2.9")).status).toBe(429);
    await exposed.close();
  });

  test("that are spent leave no answer to what is invalid either, and the headers tell so", async () => {
    for (let i = 0; i < 3; i++) expect((await send("{")).status).toBe(200);
    const refused = await send("{");
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED", remaining: 71 } }] });
    expect(refused.headers["ratelimit-policy"]).toBe('"points";q=380;w=60');
    expect(refused.headers.ratelimit).toBe(`"points";r=71;t=${refused.headers["retry-after"]}`);
  });

  test("that do not suffice for an operation are told with its own cost, however few are left", async () => {
    const costs = [];
    for (let i = 0; i < 6; i++) costs.push((await send(PAGE)).body.errors?.[0].extensions.cost);
    expect(costs).toEqual([undefined, 193, 193, 193, 193, 193]);
  });

  test("that do not suffice for a subscription are told with its own cost, too", async () => {
    const query = "subscription { paperFeatured { rank node { title abstract upvoteHistory { upvoteCount } } } }";
    const ask = () =>
      api
        .http()
        .get("/graphql/stream")
        .query({ query: `${query} # ${"x ".repeat(20)}` })
        .set({ "x-forwarded-for": "192.0.2.7", accept: "text/event-stream" });
    const costs = [];
    for (let i = 0; i < 6; i++) costs.push((await ask()).body.errors?.[0].extensions.cost);
    expect(costs).toEqual(Array(6).fill(costs[0]));
    expect(costs[0]).toEqual(expect.any(Number));
  });

  test("are told by the headers of an operation that another limit refuses, as they are left after it", async () => {
    const many = "papers(first: 100) { nodes { relatedPapers { relatedPapers(first: 20) { title } } } }";
    const { headers, body } = await send(`{ ${many} }`);
    expect(body.errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX" } }]);
    expect(headers["ratelimit-policy"]).toBe('"points";q=380;w=60');
    expect(headers.ratelimit).toMatch(/^"points";r=\d+;t=\d+$/);
  });

  test.each([
    ["a document that is none", "{", {}, 200, 100 + 3],
    ["one that ends in the middle", "{ feed { key", {}, 200, 100 + 4 * 3],
    ["one that does not fit the schema", "{ nope } # a comment", {}, 200, 100 + 4 * 3],
    ["one beyond a limit", `{ feed { ${"previous { ".repeat(12)}key${" }".repeat(14)}`, {}, 200, 100 + 42 * 3],
    ["a bad token", ALLOWANCE, { token: "dp_wrong" }, 401, 20],
  ])("are spent by %s too, as many as it takes to read it", async (_, query, caller, status, points) => {
    expect((await send(query, caller)).status).toBe(status);
    const { used, cost } = (await send(ALLOWANCE)).body.data?.rateLimit ?? {};
    expect(used - cost).toBe(points);
  });

  test("do not run out when their limit is 0, and no header speaks of them", async () => {
    const free = await startApi(t.db, { limits: { ...limits, RATE_LIMIT_ANONYMOUS: 0 } });
    for (let i = 0; i < 5; i++) {
      const { status, headers } = await free.http().post("/graphql").send({ query: PAGE });
      expect([status, headers.ratelimit]).toEqual([200, undefined]);
    }
    expect((await free.data(ALLOWANCE)).rateLimit).toMatchObject({ limit: 0, cost: 51 });
    await free.close();
  });
});

describe("the cost of an operation", () => {
  const t = useApi();
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001" })]);
  });
  const costOf = async (selection: string, variables = {}) => {
    const { data, errors } = await t.api.ask(selection.replace("{", "{ rateLimit { cost } "), variables);
    return data?.rateLimit.cost ?? errors?.[0]?.extensions;
  };

  test("a document that comes again costs what its numbers and lists ask for this time", async () => {
    const query = `query ($first: Int, $ids: [ID!]!, $deep: Boolean!) {
      papers(first: $first) { nodes { title authors(first: 5) @include(if: $deep) { nodes { name } } } } nodes(ids: $ids) { id } rateLimit { cost } }`;
    const cost = async (first: number, ids: string[], deep = false) =>
      (await t.api.data(query, { first, ids, deep })).rateLimit.cost as number;
    const small = await cost(1, []);
    expect(await cost(100, [])).toBeGreaterThan(50 * 4);
    expect(await cost(1, ["a", "b"])).toBeGreaterThan(small);
    expect(await cost(1, [], true)).toBeGreaterThan(small);
    expect(await cost(1, [])).toBe(small);
  });

  test("of an ordinary page of a front end leaves plenty of room", async () => {
    const cost = await costOf(`query($first: Int = 50) { feed { key isFinal previous { key } next { key }
      papers(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor rank upvotesInPeriod
        node { id title abstract upvoteCount viewerHasUpvoted commentCount organization { name logoUrl }
          authors(first: 10) { totalCount edges { position node { id name } } } } } } } }`);
    expect(cost).toBeGreaterThan(50);
    expect(cost).toBeLessThan(defaultLimits.MAX_COST / 2);
  });

  test("grows with the page, whether its size stands in the query, in a variable or in a default", async () => {
    const costsOf = async (n: number) => [
      await costOf(`{ papers(first: ${n}) { nodes { title } } }`),
      await costOf("query($n: Int) { papers(first: $n) { nodes { title } } }", { n }),
      await costOf(`query($n: Int = ${n}) { papers(first: $n) { nodes { title } } }`),
      await costOf(`{ papers(last: ${n}) { nodes { title } } }`),
    ];
    const small = await costsOf(1);
    const large = await costsOf(100);
    expect(large.map((cost, i) => cost - small[i])).toEqual(Array(4).fill(99));
  });

  test("of introspection leaves room for every tool's own query, and none for a flood of them", async () => {
    const { errors } = await t.api.ask(getIntrospectionQuery({ inputValueDeprecation: true, descriptions: true }));
    expect(errors).toBeUndefined();
    const all = Array.from({ length: 19 }, (_, i) => `a${i}: __schema { types { ...T } }`).join(" ");
    const part = "name fields { name args { name type { name } } type { name ofType { name fields { name } } } }";
    expect(await costOf(`{ ${all} } fragment T on __Type { ${part} }`)).toMatchObject({ code: "QUERY_TOO_COMPLEX" });
  });

  test("multiplies in lists below lists, and is named with the limit when it is too much", async () => {
    const feeds = Array.from(
      { length: 19 },
      (_, i) => `f${i}: feed { papers(first: 100) { nodes { title authors { nodes { name } } } } }`,
    );
    expect(await costOf(`{ ${feeds.join(" ")} }`)).toMatchObject({
      code: "QUERY_TOO_COMPLEX",
      limit: defaultLimits.MAX_COST,
      cost: expect.any(Number),
    });
    const deep = await costOf("{ papers(first: 100) { nodes { authors(first: 100) { nodes { name } } } } }");
    expect(deep).toMatchObject({ code: "QUERY_TOO_COMPLEX" });
    expect(deep.cost).toBeGreaterThan(deep.limit);
  });
});

describeWithRedis(`points counted in Redis${redisNotice}`, () => {
  /** Costs more than a thousand points. */
  const LARGE = "{ papers(first: 100) { nodes { authors(first: 8) { nodes { name } } } } }";
  const t = useApisOnRedis({ limits: { ...limits, RATE_LIMIT_ANONYMOUS: 2000 } });

  test("are the same for all processes, and each counts for itself while Redis is away", async () => {
    const used = async (api: TestApi) => (await api.data(ALLOWANCE)).rateLimit.used;
    expect(await used(t.apis[0])).toBe(51);
    expect(await used(t.apis[1])).toBe(102);
    await t.redis.stop();
    expect(await used(t.apis[0])).toBe(51);
    expect(await used(t.apis[1])).toBe(51);
    expect((await t.apis[0].ask(LARGE)).errors).toBeUndefined();
    expect((await t.apis[0].ask(LARGE)).errors).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
    await t.redis.start();
    const deadline = Date.now() + 20_000;
    let now = [0, 0];
    while (now[1] !== now[0]! + 51 && Date.now() < deadline) {
      now = [await used(t.apis[0]), await used(t.apis[1])];
      await sleep(500);
    }
    expect(now[1]).toBe(now[0]! + 51);
  });
});
