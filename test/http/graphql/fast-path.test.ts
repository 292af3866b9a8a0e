import { defaultOptimizations } from "../../../src/config/optimizations";
import { encodeNodeId } from "../../../src/nodes/node-id";
import { portOf, startApi } from "../../support/api";
import { withReads } from "../../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../../support/factories";
import { asGet, asPost, createHttpClient, type HttpClient, type Received, type Sent } from "../../support/http-client";
import { useApi } from "../../support/use-api";
import { withApi } from "../../support/with-api";

const FEED = '{ feed(on: "2026-01-06") { key papers { totalCount nodes { title upvoteCount } } } }';

describe("an operation that comes again", () => {
  const t = useApi();
  let toFast: HttpClient;
  let toPlain: HttpClient;
  let token: string;
  beforeAll(async () => {
    const plain = t.use(await startApi(t.db, { optimizations: { ...defaultOptimizations, fastPath: false } }));
    toFast = t.use(createHttpClient(portOf(t.api), 1));
    toPlain = t.use(createHttpClient(portOf(plain), 1));
    await importRecords(t.db, [
      sourceRecord({ title: "One", featured: featured("2026-01-06"), upvotes: 3, authors: ["Ada"] }),
    ]);
    token = await signIn(t.db, "ada");
  });

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
    [
      "a null where an input object takes none",
      asPost({
        query: "query ($d: OrderDirection) { papers(orderBy: { field: UPVOTES, direction: $d }) { nodes { title } } }",
        variables: { d: null },
      }),
    ],
    ["an argument that is no good", asPost({ query: "{ papers(first: 1000) { totalCount } }" })],
    ["an error beside data", asPost({ query: '{ feed(on: "2026-01-06") { key } paper(id: "x") { title } }' })],
    [
      "an alias that objects know otherwise",
      asPost({ query: "{ x: __typename __proto__: __typename papers { nodes { __proto__: title } } }" }),
    ],
    ["a GET", asGet({ query: FEED })],
    [
      "a GET with variables",
      asGet({ query: "query ($n: Int) { papers(first: $n) { nodes { title } } }", variables: '{"n":1}' }),
    ],
    ["a GET of what is the viewer's own", asGet({ query: "{ viewer { username } }" })],
    ["a GET with an error", asGet({ query: "{ papers(first: 1000) { totalCount } }" })],
    ["a GET without a preflight", asGet({ query: FEED }, {})],
    ["a GET of a mutation", asGet({ query: "mutation { __typename }" })],
    ["a mutation", asPost({ query: "mutation { __typename }" })],
    [
      "a mutation of what is not there",
      asPost({ query: 'mutation { upvotePaper(input: { paperId: "x" }) { changed } }' }),
    ],
    [
      "a mutation without its variable",
      asPost({ query: "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed } }" }),
    ],
    ["a GET with two queries", asGet({ query: FEED, x: "1" })],
  ])("is answered as Apollo Server answers it, status and headers too: %s", async (_, sent) => {
    const withToken = { ...sent, headers: { ...sent.headers, authorization: `Bearer ${token}` } };
    for (const each of [sent, withToken]) {
      const judged = told(await toPlain.send(each));
      for (let i = 0; i < 3; i++) expect(told(await toFast.send(each))).toEqual(judged);
    }
  });

  test("is paid for once, also when it ends in an error", async () => {
    const remaining = ({ headers }: Received) => Number(/r=(\d+)/.exec(String(headers.ratelimit))![1]);
    await withApi(t.db, async (send) => {
      for (const query of [FEED, `{ paper(id: "x") { title } ${FEED.slice(1)}`]) {
        const left: number[] = [];
        for (let i = 0; i < 4; i++) left.push(remaining(await send(asPost({ query }))));
        const costs = left.slice(1).map((each, i) => left[i]! - each);
        expect(new Set(costs).size).toBe(1);
        expect(costs[0]).toBeGreaterThan(0);
      }
    });
  });

  test("and is a mutation is executed once, also when a part of it fails", async () => {
    const [paper] = await t.db.run<{ id: number }>("select id from papers");
    const input = `input: { paperId: "${encodeNodeId("Paper", paper!.id)}" }`;
    const query = `mutation { cast: upvotePaper(${input}) { changed } fails: upvotePaper(input: {}) { changed }
      again: upvotePaper(${input}) { changed } removed: removePaperUpvote(${input}) { changed } }`;
    for (let i = 0; i < 4; i++) {
      const { body } = await toFast.send(asPost({ query }, token));
      const { data, errors } = JSON.parse(body);
      expect(data).toEqual({
        cast: { changed: true },
        fails: null,
        again: { changed: false },
        removed: { changed: true },
      });
      expect(errors).toHaveLength(1);
    }
  });

  test("and finds no points left, is refused with what it would cost", async () => {
    await withApi(
      t.db,
      async (send) => {
        const answers: Received[] = [];
        for (let i = 0; i < 8; i++) answers.push(await send(asPost({ query: FEED })));
        expect(answers[0]!.status).toBe(200);
        expect(answers.at(-1)).toMatchObject({ status: 429, body: expect.stringContaining("RATE_LIMITED") });
      },
      { RATE_LIMIT_ANONYMOUS: 300 },
    );
  });

  test("and fails in one list is answered with the others, by the same statement or not, as at first", async () => {
    const [ada] = await t.db.run<{ id: number }>("select id from authors");
    const id = encodeNodeId("Author", ada!.id);
    let isBroken = false;
    const database = withReads(t.db, (statement) =>
      isBroken && statement.values.includes(8) ? Promise.reject(new Error("broken")) : t.db.query(statement),
    );
    await withApi(database, async (send) => {
      const papers = (first: number) => `author(id: "${id}") { papers(first: ${first}) { nodes { title } } }`;
      const query = `{ a: ${papers(7)} b: ${papers(6)} }`;
      for (isBroken of [false, false, true]) await send(asPost({ query }));
      expect(JSON.parse((await send(asPost({ query }))).body)).toMatchObject({
        data: { a: null, b: { papers: { nodes: [{ title: "One" }] } } },
        errors: [{ path: ["a", "papers", "nodes"] }],
      });
    });
  });

  test("fails in the database once for each answer: what took too long is not tried again", async () => {
    let tries = 0;
    let isBroken = false;
    const database = withReads(t.db, (statement) => {
      if (!isBroken || !statement.text.includes("feed_ranks")) return t.db.query(statement);
      tries++;
      return Promise.reject(
        Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }),
      );
    });
    await withApi(database, async (send) => {
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
    });
  });
});
