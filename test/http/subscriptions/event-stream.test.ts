import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "graphql-sse";
import { Client as Session } from "pg";
import { createOperationMetrics } from "../../../src/http/operation-metrics";
import { addressOf, portOf, startApi, type TestApi, withLimits } from "../../support/api";
import { openAcknowledged } from "../../support/raw-listener";
import { openSocket } from "../../support/raw-socket";
import { useApi } from "../../support/use-api";
import { createVotes, type Votes } from "../../support/votes";

const UPVOTES = `subscription ($ids: [ID!]!) {
  paperUpvotesChanged(paperIds: $ids) { upvoteCount paper { viewerHasUpvoted } } }`;
const FEATURED = "subscription { paperFeatured { rank } }";
const ACCEPT = { accept: "text/event-stream" };

describe("subscriptions over server-sent events", () => {
  const t = useApi();
  let votes: Votes;
  const ends: (() => void)[] = [];
  beforeAll(async () => {
    votes = await createVotes(t.db, t.api);
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const urlOf = (at: TestApi) => `http://${addressOf(at)}/graphql/stream`;
  const createListener = (at: TestApi, headers: Record<string, string> = {}): Client => {
    const client = createClient({ url: urlOf(at), retryAttempts: 0, headers });
    ends.push(client.dispose);
    return client;
  };
  const hearVotes = (client: Client) => client.iterate({ query: UPVOTES, variables: { ids: [votes.paperId] } });
  /** A stream as it comes. */
  const open = async (at: TestApi, init: RequestInit & { search?: Record<string, string> } = {}) => {
    const { search = {}, headers, ...others } = init;
    const abort = new AbortController();
    ends.push(() => abort.abort());
    const url = `${urlOf(at)}?${new URLSearchParams(search)}`;
    const answer = await fetch(url, { ...others, headers: { ...ACCEPT, ...headers }, signal: abort.signal });
    return { answer, abort: () => abort.abort() };
  };
  const featured = (at: TestApi) => open(at, { search: { query: FEATURED } });
  const featuredWhenFree = async (at: TestApi) => {
    for (;;) {
      const stream = await featured(at);
      if (stream.answer.status === 200) return stream;
      await sleep(20);
    }
  };
  /** All that comes until a text does. */
  const readUntil = async (body: ReadableStream<Uint8Array>, end: string) => {
    let text = "";
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      if (text.includes(end)) break;
    }
    return text;
  };
  const post = (body: object, headers: Record<string, string> = ACCEPT, at: TestApi = t.api) =>
    at.http().post("/graphql/stream").set(headers).send(body);

  test("hear what happens, by a client of today, until it stops", async () => {
    const listener = hearVotes(createListener(t.api, { authorization: `Bearer ${votes.token}` }));
    const { value } = await votes.until(listener.next());
    expect(value.data).toEqual({
      paperUpvotesChanged: { upvoteCount: expect.any(Number), paper: { viewerHasUpvoted: true } },
    });
    await listener.return!();
    expect(await listener.next()).toEqual({ value: undefined, done: true });
  });

  test("are taken by GET as well, as EventSource asks", async () => {
    const search = { query: UPVOTES, variables: JSON.stringify({ ids: [votes.paperId] }) };
    const { answer, abort } = await open(t.api, { search, headers: { origin: "https://example.org" } });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "cache-control": "no-store",
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
      "x-request-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const text = await votes.until(readUntil(answer.body!, "event: next"));
    expect(text).toMatch(/^:\n\nevent: next\ndata: \{"data":\{"paperUpvotesChanged":.*\}\}\n\n$/);
    abort();
  });

  test.each([
    ["a syntax error", { query: "subscription {" }, "GRAPHQL_PARSE_FAILED"],
    ["an unknown field", { query: "subscription { papers }" }, "GRAPHQL_VALIDATION_FAILED"],
    ["a query", { query: "{ __typename }" }, "BAD_USER_INPUT"],
    ["no query", {}, "BAD_USER_INPUT"],
    ["variables that are no object", { query: FEATURED, variables: [1] }, "BAD_USER_INPUT"],
    ["an operationName that is no text", { query: FEATURED, operationName: 1 }, "BAD_USER_INPUT"],
    ["bad variables", { query: UPVOTES, variables: { ids: 1.5 } }, "BAD_USER_INPUT"],
    ["a bad argument", { query: UPVOTES, variables: { ids: ["nonsense"] } }, "BAD_USER_INPUT"],
    [
      "too high a cost",
      {
        query: UPVOTES.replace(
          "viewerHasUpvoted",
          "authors { nodes { papers { nodes { authors { nodes { id } } } } } }",
        ),
        variables: { ids: Array(100).fill("x") },
      },
      "QUERY_TOO_COMPLEX",
    ],
  ])("are told of %s in their only event", async (_, body, code) => {
    const { status, text, headers } = await post(body);
    expect(status).toBe(200);
    const [, data] = /^:\n\nevent: next\ndata: (.*)\n\nevent: complete\ndata: \n\n$/.exec(text)!;
    const requestId = headers["x-request-id"];
    expect(JSON.parse(data!).errors).toMatchObject([{ extensions: { code, requestId } }]);
  });

  test("are told of errors as a client of today understands it", async () => {
    const listener = createListener(t.api).iterate({ query: "{ __typename }" });
    const { value } = await listener.next();
    expect(value.errors).toMatchObject([{ extensions: { argument: "query" } }]);
    expect((await listener.next()).done).toBe(true);
  });

  describe("are refused with a status and JSON", () => {
    const sent = (headers: Record<string, string>, path = "") =>
      t.api.http().get(`/graphql/stream${path}`).query({ query: FEATURED }).set(headers);
    test.each([
      ["without an Accept of theirs", () => sent({ accept: "application/json" }), "Accept"],
      ["with the token of the single connection mode", () => sent(ACCEPT, "?token=x"), "token"],
      [
        "with the header of the single connection mode",
        () => sent({ ...ACCEPT, "x-graphql-event-stream-token": "x" }),
        "token",
      ],
      ["with variables that are no JSON", () => sent(ACCEPT, "?variables=%7B"), "variables"],
      ["with a body that is no JSON", () => post({}, ACCEPT).type("json").send("{"), "body"],
    ])("%s", async (_, send, argument) => {
      const { status, body, headers } = await send();
      expect(status).toBe(400);
      expect(headers["content-type"]).toMatch(/^application\/json/);
      const requestId = headers["x-request-id"];
      expect(body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument, requestId } }]);
    });

    test.each(["put", "patch", "delete"] as const)("by %s", async (method) => {
      const answer = await t.api.http()[method]("/graphql/stream").set(ACCEPT);
      expect([answer.status, answer.headers.allow]).toEqual([405, "GET, POST, OPTIONS"]);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    });

    test("for a bad token", async () => {
      const answer = await post({ query: FEATURED }, { ...ACCEPT, authorization: "Bearer dp_wrong" });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    });

    test("when no points are left", () =>
      withLimits(t.db, { RATE_LIMIT_ANONYMOUS: 110 }, async (at) => {
        expect((await post({ query: "{" }, ACCEPT, at)).status).toBe(200);
        for (const query of ["{", FEATURED]) {
          const { status, body, headers } = await post({ query }, ACCEPT, at);
          expect(status).toBe(429);
          expect(body.errors).toMatchObject([{ extensions: { code: "RATE_LIMITED", limit: 110 } }]);
          expect(headers["retry-after"]).toBe(String(body.errors[0].extensions.retryAfter));
        }
      }));
  });

  describe("beyond the slots", () => {
    test("of an address are answered 429, sockets counted too, until a client goes", () =>
      withLimits(t.db, { MAX_LISTENERS_PER_ADDRESS: 2 }, async (at) => {
        const { socket } = await openAcknowledged(at);
        const { abort } = await featured(at);
        const { status, headers, body } = await post({ query: FEATURED }, ACCEPT, at);
        expect([status, headers["retry-after"]]).toEqual([429, "5"]);
        expect(body.errors).toMatchObject([{ extensions: { code: "RATE_LIMITED", limit: 2 } }]);
        abort();
        await featuredWhenFree(at);
        socket.terminate();
        await featuredWhenFree(at);
      }));

    test("of the server are answered 503, and requests are served", () =>
      withLimits(t.db, { MAX_LISTENERS: 3, MAX_CONNECTIONS: 2, KEEP_ALIVE_TIMEOUT_MS: 1 }, async (at) => {
        for (let i = 0; i < 3; i++) await featured(at);
        expect((await post({ query: FEATURED }, ACCEPT, at)).status).toBe(503);
        expect(await at.ask("{ __typename }")).toEqual({ data: { __typename: "Query" } });
      }));

    test("are not kept by what was refused", () =>
      withLimits(t.db, { MAX_LISTENERS: 1 }, async (at) => {
        for (const body of [{}, { query: "{" }, { query: "{ __typename }" }]) {
          expect((await post(body, ACCEPT, at)).status).toBe(200);
        }
        expect((await post({}, { ...ACCEPT, authorization: "Bearer dp_wrong" }, at)).status).toBe(401);
        expect((await featured(at)).answer.status).toBe(200);
      }));

    test("are not kept by a client that goes before its stream begins", () =>
      withLimits(t.db, { MAX_LISTENERS: 1 }, async (at) => {
        const blocker = new Session({ connectionString: t.db.url });
        await blocker.connect();
        await blocker.query("begin; lock table access_tokens in access exclusive mode");
        const isClosed = new Promise((resolve) => {
          at.server.server.once("connection", (socket: Socket) => socket.once("close", resolve));
        });
        const head = `GET /graphql/stream?${new URLSearchParams({ query: FEATURED })} HTTP/1.1`;
        const headers = ["Host: x", `Accept: ${ACCEPT.accept}`, `Authorization: Bearer ${votes.token}`];
        const { socket } = await openSocket(portOf(at), [head, ...headers, "", ""].join("\r\n"));
        while ((await post({}, ACCEPT, at)).status !== 503) await sleep(5);
        socket.destroy();
        await isClosed;
        await blocker.query("rollback");
        await blocker.end();
        await featuredWhenFree(at);
      }));
  });

  test("are completed when the server ends", async () => {
    const at = await startApi(t.db);
    const { answer } = await featured(at);
    await at.close();
    expect(await answer.text()).toBe(":\n\nevent: complete\ndata: \n\n");
  });

  test("are counted while they are open", async () => {
    const metrics = createOperationMetrics();
    await withLimits(
      t.db,
      {},
      async (at) => {
        const count = async () => (await metrics.subscriptions.listeners.get()).values[0]?.value ?? 0;
        const listener = hearVotes(createListener(at));
        await votes.until(listener.next());
        expect((await metrics.subscriptions.listeners.get()).values).toMatchObject([
          { labels: { transport: "event-stream" }, value: 1 },
        ]);
        const { values } = await metrics.subscriptions.events.get();
        expect(values).toMatchObject([{ labels: { transport: "event-stream" } }]);
        await listener.return!();
        while ((await count()) !== 0) await sleep(10);
      },
      { metrics },
    );
  });
});
