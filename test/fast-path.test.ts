import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { defaultLevers } from "../src/levers";
import { defaultLimits, type Limits } from "../src/limits";
import { portOf, startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase, withReads } from "./support/database";
import { featured, importLooks, look, signIn } from "./support/factories";
import { asPost, createSender, type Received, type Sender, type Sent } from "./support/send";

const PREFLIGHTED = { "apollo-require-preflight": "1" };
const FEED = '{ feed(on: "2026-01-06") { key papers { totalCount nodes { title upvoteCount } } } }';

const get = (fields: Record<string, string>, headers: Record<string, string> = PREFLIGHTED): Sent => ({
  method: "GET",
  path: `/graphql?${new URLSearchParams(fields)}`,
  headers,
});

const persisted = (query: string) =>
  JSON.stringify({ persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(query).digest("hex") } });

describe("a query that comes again", () => {
  let db: TestDatabase;
  let apis: TestApi[];
  let toFast: Sender;
  let toPlain: Sender;
  let token: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    apis = [await startApi(db), await startApi(db, { levers: { ...defaultLevers, fastPath: false } })];
    [toFast, toPlain] = apis.map((api) => createSender(portOf(api), 1)) as [Sender, Sender];
    await importLooks(db, [look({ title: "One", featured: featured("2026-01-06"), upvotes: 3, authors: ["Ada"] })]);
    token = await signIn(db, "ada");
  });
  afterAll(async () => {
    for (const sender of [toFast, toPlain]) sender.close();
    for (const api of apis) await api.close();
    await db.close();
  });

  /** Lets a test ask an API of its own. */
  async function asking(
    act: (send: (sent: Sent) => Promise<Received>, api: TestApi) => Promise<void>,
    { database = db, ...limits }: Partial<Limits> & { database?: Parameters<typeof startApi>[0] } = {},
  ): Promise<void> {
    const api = await startApi(database, { limits: { ...defaultLimits, ...limits } });
    const { send, close } = createSender(portOf(api), 1);
    try {
      await act(send, api);
    } finally {
      close();
      await api.close();
    }
  }

  const told = ({ status, headers, body }: Received) => {
    const { date: _, age: __, etag, ratelimit, "x-request-id": ___, ...rest } = headers;
    const masked = body.replace(/"requestId":"[^"]*"/g, "");
    const isLimited = ratelimit !== undefined;
    // An error tells the request's id, which is part of what its ETag stands for.
    return { status, body: masked, headers: rest, etag: masked === body ? etag : "of an error", isLimited };
  };

  const accepts = (accept: string) => ({ "content-type": "application/json", accept });
  const body = JSON.stringify({ query: FEED });
  test.each<[string, Sent]>([
    ["a POST", asPost({ query: FEED })],
    ["a POST with nulls", asPost({ query: FEED, variables: null, operationName: null, extensions: null })],
    ["any type accepted", { headers: accepts("*/*"), body }],
    ["JSON accepted", { headers: accepts("application/json"), body }],
    ["Apollo Client's accept", { headers: accepts("application/graphql-response+json,application/json;q=0.9"), body }],
    ["an accept of something else", { headers: accepts("text/plain"), body }],
    ["an accept of HTML", { headers: accepts("text/html"), body }],
    ["Apollo Client's extensions", asPost({ query: FEED, extensions: { clientLibrary: { name: "a", version: "1" } } })],
    [
      "an operation by its name",
      asPost({ query: "query A { __typename } query B { b: __typename }", operationName: "B" }),
    ],
    ["a name of none", asPost({ query: "query A { __typename } query B { b: __typename }", operationName: "C" })],
    ["variables with defaults", asPost({ query: "query ($n: Int! = 1) { papers(first: $n) { nodes { title } } }" })],
    [
      "a variable that is no good",
      asPost({ query: "query ($n: Int!) { papers(first: $n) { totalCount } }", variables: { n: "x" } }),
    ],
    ["an argument that is no good", asPost({ query: "{ papers(first: 1000) { totalCount } }" })],
    ["an error beside data", asPost({ query: '{ feed(on: "2026-01-06") { key } paper(id: "x") { title } }' })],
    [
      "an alias that objects know otherwise",
      asPost({ query: "{ x: __typename __proto__: __typename papers { nodes { __proto__: title } } }" }),
    ],
    ["a GET", get({ query: FEED })],
    [
      "a GET with variables",
      get({ query: "query ($n: Int) { papers(first: $n) { nodes { title } } }", variables: '{"n":1}' }),
    ],
    ["a GET of what is the viewer's own", get({ query: "{ viewer { username } }" })],
    ["a GET with an error", get({ query: "{ papers(first: 1000) { totalCount } }" })],
    ["a GET without a preflight", get({ query: FEED }, {})],
    ["a GET of a mutation", get({ query: "mutation { __typename }" })],
    ["a GET with two queries", get({ query: FEED, x: "1" })],
  ])("is answered as Apollo Server answers it, status and headers too: %s", async (_, sent) => {
    const withToken = { ...sent, headers: { ...sent.headers, authorization: `Bearer ${token}` } };
    for (const each of [sent, withToken]) {
      const judged = told(await toPlain.send(each));
      for (let i = 0; i < 3; i++) expect(told(await toFast.send(each))).toEqual(judged);
    }
  });

  test("is paid for once, also when it ends in an error", async () => {
    const remaining = ({ headers }: Received) => Number(/r=(\d+)/.exec(String(headers.ratelimit))![1]);
    await asking(async (send) => {
      for (const query of [FEED, `{ paper(id: "x") { title } ${FEED.slice(1)}`]) {
        const left: number[] = [];
        for (let i = 0; i < 4; i++) left.push(remaining(await send(asPost({ query }))));
        const costs = left.slice(1).map((each, i) => left[i]! - each);
        expect(new Set(costs).size).toBe(1);
        expect(costs[0]).toBeGreaterThan(0);
      }
    });
  });

  test("and finds no points left, is refused with what it would cost", async () => {
    await asking(
      async (send) => {
        const answers: Received[] = [];
        for (let i = 0; i < 8; i++) answers.push(await send(asPost({ query: FEED })));
        expect(answers[0]!.status).toBe(200);
        expect(answers.at(-1)).toMatchObject({ status: 429, body: expect.stringContaining("RATE_LIMITED") });
      },
      { RATE_LIMIT_ANONYMOUS: 100 },
    );
  });

  test("fails in the database once for each answer: what took too long is not tried again", async () => {
    let tries = 0;
    let isBroken = false;
    const database = withReads(db, (statement) => {
      if (!isBroken || !statement.text.includes("feed_ranks")) return db.read(statement);
      tries++;
      return Promise.reject(
        Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }),
      );
    });
    await asking(
      async (send) => {
        const query = '{ feed(on: "2026-01-06") { papers { nodes { title } } } papers { nodes { title } } }';
        await send(asPost({ query }));
        await send(asPost({ query }));
        isBroken = true;
        const { status, body } = await send(asPost({ query }));
        expect({ status, body: JSON.parse(body) }).toMatchObject({
          status: 504,
          body: { errors: [{ path: ["feed", "papers", "nodes"], extensions: { code: "TIMEOUT" } }] },
        });
        expect(tries).toBe(1);
        isBroken = false;
        expect((await send(asPost({ query }))).status).toBe(200);
      },
      { database },
    );
  });

  describe("by an anonymous GET", () => {
    const setVotes = (count: number) => db.run("update papers set upvote_count = $1", [count]);
    const votesIn = ({ body }: Received) => Number(/"upvoteCount":(\d+)/.exec(body)![1]);
    /** The first time a query is only read. */
    const warm = async (send: (sent: Sent) => Promise<Received>, sent: Sent) => {
      await setVotes(3);
      await send(sent);
      expect(votesIn(await send(sent))).toBe(3);
      await setVotes(4);
    };
    afterEach(() => setVotes(3));

    test("is answered from memory for its max-age, and says how old that is; then anew", async () => {
      await asking(
        async (send) => {
          await warm(send, get({ query: FEED }));
          const kept = await send(get({ query: FEED }));
          expect(votesIn(kept)).toBe(3);
          expect(kept.headers).toMatchObject({ age: "0", "cache-control": "public, max-age=1" });
          await sleep(1100);
          const fresh = await send(get({ query: FEED }));
          expect(votesIn(fresh)).toBe(4);
          expect(fresh.headers.age).toBeUndefined();
        },
        { CACHE_MAX_AGE_SECONDS: 1 },
      );
    });

    test("is made once for a crowd that asks at the same time", async () => {
      let reads = 0;
      const database = withReads(db, async (statement) => {
        if (statement.text.includes("feed_ranks")) reads++;
        return db.read(statement);
      });
      const api = await startApi(database);
      const { send, close } = createSender(portOf(api), 20);
      await send(get({ query: FEED }));
      reads = 0;
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(get({ query: FEED }))));
      expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
      // One for the papers, one for the total.
      expect(reads).toBe(2);
      close();
      await api.close();
    });

    test("is not sent again to who has it", async () => {
      await asking(async (send) => {
        await warm(send, get({ query: FEED }));
        const { headers } = await send(get({ query: FEED }));
        const again = await send(get({ query: FEED }, { ...PREFLIGHTED, "if-none-match": headers.etag! }));
        expect(again).toMatchObject({ status: 304, body: "", headers: { etag: headers.etag } });
      });
    });

    test("is packed once for those who take gzip, with an ETag of its own", async () => {
      await asking(async (send) => {
        await importLooks(
          db,
          Array.from({ length: 50 }, (_, i) =>
            look({ title: `Long title ${i} of its kind`, featured: featured("2026-02-01") }),
          ),
        );
        const query = '{ feed(on: "2026-02-01") { papers(first: 50) { nodes { id title } } } }';
        const sent = get({ query }, { ...PREFLIGHTED, "accept-encoding": "br, gzip" });
        await send(sent);
        const plain = await send(sent);
        let packed = await send(sent);
        for (let i = 0; i < 50 && !packed.headers["content-encoding"]; i++) packed = await send(sent);
        expect(packed.headers).toMatchObject({
          "content-encoding": "gzip",
          vary: expect.stringContaining("accept-encoding"),
        });
        expect(packed.headers.etag).not.toBe(plain.headers.etag);
        expect(gunzipSync(packed.bytes).toString()).toBe(plain.body);
        expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3);
        const again = await send({ ...sent, headers: { ...sent.headers, "if-none-match": packed.headers.etag! } });
        expect(again).toMatchObject({ status: 304, body: "" });
        for (const refusal of ["gzip;q=0", "gzip; Q=0", "identity;q=1, gzip;q=0", "br", ""]) {
          const refusing = get({ query }, { ...PREFLIGHTED, "accept-encoding": refusal });
          expect((await send(refusing)).headers["content-encoding"]).toBeUndefined();
        }
      });
    });

    test("may ask by its hash alone", async () => {
      await asking(async (send) => {
        await send(asPost({ query: FEED, extensions: JSON.parse(persisted(FEED)) }));
        await warm(send, get({ extensions: persisted(FEED) }));
        const kept = await send(get({ extensions: persisted(FEED) }));
        expect(votesIn(kept)).toBe(3);
        expect(kept.headers.age).toBe("0");
      });
    });

    test("is paid for by everyone who asks", async () => {
      await asking(
        async (send) => {
          await warm(send, get({ query: FEED }));
          const statuses: number[] = [];
          for (let i = 0; i < 8; i++) statuses.push((await send(get({ query: FEED }))).status);
          expect(statuses.at(-1)).toBe(429);
        },
        { RATE_LIMIT_ANONYMOUS: 200 },
      );
    });

    test.each<[string, Sent]>([
      ["an account", get({ query: FEED }, { ...PREFLIGHTED, authorization: "Bearer TOKEN" })],
      ["other variables", get({ query: FEED, variables: "{}" })],
      ["a POST", asPost({ query: FEED })],
    ])("is not what is told to %s", async (_, sent) => {
      await asking(async (send) => {
        await warm(send, get({ query: FEED }));
        const headers = { ...sent.headers, ...(sent.headers?.authorization && { authorization: `Bearer ${token}` }) };
        expect(votesIn(await send({ ...sent, headers }))).toBe(4);
      });
    });

    test("is never kept where nothing may be", async () => {
      await asking(
        async (send) => {
          await warm(send, get({ query: FEED }));
          expect(votesIn(await send(get({ query: FEED })))).toBe(4);
        },
        { CACHE_MAX_AGE_SECONDS: 0 },
      );
    });

    test("is never kept with a part that is the viewer's own", async () => {
      await asking(async (send) => {
        const query = FEED.replace("title", "title viewerHasUpvoted");
        await warm(send, get({ query }));
        const asked = await send(get({ query }));
        expect(votesIn(asked)).toBe(4);
        expect(asked.headers["cache-control"]).toBe("private, no-cache");
      });
    });
  });
});
