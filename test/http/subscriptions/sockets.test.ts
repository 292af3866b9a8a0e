import { setTimeout as sleep } from "node:timers/promises";
import { defaultLimits } from "../../../src/config/limits";
import { createOperationMetrics } from "../../../src/http/operation-metrics";
import { portOf, startApi, type TestApi, withLimits } from "../../support/api";
import { openAcknowledged, openListener, type RawListener } from "../../support/raw-listener";
import { openSocket, rawPost } from "../../support/raw-socket";
import { useApi } from "../../support/use-api";
import { createVotes, type Votes } from "../../support/votes";

const UPVOTES = "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount } }";
const INIT = { type: "connection_init" };
const SUBSCRIBE = { type: "subscribe", id: "1", payload: { query: "subscription { paperFeatured { rank } }" } };
const UPGRADE = {
  connection: "upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-protocol": "graphql-transport-ws",
};

describe("WebSockets", () => {
  const t = useApi();
  let votes: Votes;
  const sockets: RawListener[] = [];
  beforeAll(async () => {
    votes = await createVotes(t.db, t.api);
  });
  afterEach(() => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
  });

  const kept = (listener: RawListener) => {
    sockets.push(listener);
    return listener;
  };
  const open = async (...args: Parameters<typeof openListener>) => kept(await openListener(...args));
  const join = async (...args: Parameters<typeof openAcknowledged>) => kept(await openAcknowledged(...args));
  const hearVotes = (listener: RawListener, id: string) =>
    listener.send({ type: "subscribe", id, payload: { query: UPVOTES, variables: { ids: [votes.paperId] } } });
  const eventsSent = async ({ subscriptions }: ReturnType<typeof createOperationMetrics>) =>
    (await subscriptions.events.get()).values.reduce((sum, { value }) => sum + value, 0);
  const upgrade = (at: TestApi) => at.http().get("/graphql").set(UPGRADE);
  const joinWhenFree = async (at: TestApi) => {
    for (;;) {
      const listener = await join(at).catch(() => null);
      if (listener) return listener;
      await sleep(20);
    }
  };

  test("that use an id again and again while it begins hold no more than they may, and nothing when they are gone", async () => {
    const metrics = createOperationMetrics();
    const own = await startApi(t.db, { metrics, limits: { ...defaultLimits, MAX_SUBSCRIPTIONS: 3 } });
    const listener = await join(own);
    for (let i = 0; i < 10; i++) {
      hearVotes(listener, "1");
      listener.send({ type: "complete", id: "1" });
    }
    for (const id of ["2", "3", "4", "5"]) hearVotes(listener, id);
    const { payload } = await listener.hears("error");
    expect(payload).toMatchObject([{ extensions: { code: "RATE_LIMITED", limit: 3 } }]);
    listener.socket.close();
    await listener.closed;
    const other = await join(own);
    hearVotes(other, "1");
    await votes.until(other.hears("next"));
    const heard = other.messages.filter(({ type }) => type === "next").length;
    expect(await eventsSent(metrics)).toBe(heard);
    await own.close();
  });

  describe("are closed", () => {
    test.each([
      ["4400 for what is no JSON", ["{"], { code: 4400, reason: "Invalid message received" }],
      ["4400 for what is no message", [JSON.stringify({ type: "shout" })], { code: 4400 }],
      ["4400 for a subscription without a query", [INIT, { ...SUBSCRIBE, payload: {} }], { code: 4400 }],
      ["4401 for a subscription before connection_init", [SUBSCRIBE], { code: 4401, reason: "Unauthorized" }],
      ["4429 for a second connection_init", [INIT, INIT], { code: 4429 }],
      ["1009 for a message that is too long", [" ".repeat(defaultLimits.MAX_MESSAGE_BYTES + 1)], { code: 1009 }],
    ])("with %s", async (_, messages, end) => {
      const listener = await open(t.api);
      for (const message of messages) listener.send(message as typeof INIT);
      expect(await listener.closed).toMatchObject(end);
    });

    test("with 4409 for a second subscription of one id", async () => {
      const listener = await join(t.api);
      listener.send(SUBSCRIBE);
      listener.send(SUBSCRIBE);
      expect(await listener.closed).toEqual({ code: 4409, reason: "Subscriber for 1 already exists" });
    });

    test("with 4408 when connection_init does not come in time", () =>
      withLimits(t.db, { CONNECTION_INIT_TIMEOUT_MS: 200 }, async (at) => {
        expect(await (await open(at)).closed).toMatchObject({ code: 4408 });
      }));

    test("with 4406 when they do not speak the protocol", async () => {
      expect(await (await open(t.api, { protocols: [] })).closed).toMatchObject({ code: 4406 });
      await expect(open(t.api, { protocols: ["graphql-ws"] })).rejects.toThrow("subprotocol");
    });

    test("with 1001 when the server ends", async () => {
      const at = await startApi(t.db);
      const listener = await join(at);
      const silent = await open(at);
      listener.send(SUBSCRIBE);
      await at.close();
      const end = { code: 1001, reason: "Going away" };
      expect(await Promise.all([listener.closed, silent.closed])).toEqual([end, end]);
    });
  });

  test("speak the protocol from the first one on, whatever else is offered", () =>
    withLimits(t.db, {}, async (at) => {
      await join(at, {}, { protocols: ["graphql-ws", "graphql-transport-ws"] });
    }));

  test("may hold so many subscriptions, and those go on when one more is refused", () =>
    withLimits(t.db, { MAX_SUBSCRIPTIONS: 2 }, async (at) => {
      const listener = await join(at);
      for (const id of ["1", "2", "3"]) hearVotes(listener, id);
      const { payload } = await listener.hears("error", "3");
      expect(payload).toMatchObject([
        {
          message: expect.stringContaining("at most 2 subscriptions"),
          extensions: { code: "RATE_LIMITED", limit: 2, requestId: expect.any(String) },
        },
      ]);
      await votes.until(Promise.all([listener.hears("next", "1"), listener.hears("next", "2")]));
      listener.send({ type: "complete", id: "1" });
      hearVotes(listener, "4");
      await votes.until(listener.hears("next", "4"));
    }));

  test("hear nothing of a subscription that they completed", async () => {
    const listener = await join(t.api);
    for (const id of ["1", "2"]) hearVotes(listener, id);
    listener.send({ type: "complete", id: "1" });
    await votes.until(listener.hears("next", "2"));
    const ofFirst = listener.messages.filter(({ id }) => id === "1");
    expect(ofFirst).toEqual([]);
  });

  describe("beyond the slots", () => {
    const expectRefusal = async (at: TestApi, status: number, error: object, retryAfter: string) => {
      const answer = await upgrade(at);
      const extensions = { requestId: answer.headers["x-request-id"], ...error };
      expect(answer.status).toBe(status);
      expect(answer.headers["retry-after"]).toBe(retryAfter);
      expect(answer.body.errors).toEqual([
        { message: expect.any(String), extensions: expect.objectContaining(extensions) },
      ]);
    };

    test("of an address are answered 429, until one is free again", () =>
      withLimits(t.db, { MAX_LISTENERS_PER_ADDRESS: 1 }, async (at) => {
        const listener = await join(at);
        await expectRefusal(at, 429, { code: "RATE_LIMITED", limit: 1, retryAfter: 5 }, "5");
        listener.socket.close();
        await joinWhenFree(at);
      }));

    test("of the server are answered 503, until one is free again", () =>
      withLimits(t.db, { MAX_LISTENERS: 1 }, async (at) => {
        const listener = await open(at, { protocols: [] });
        await listener.closed;
        const next = await joinWhenFree(at);
        await expectRefusal(at, 503, { code: "SERVICE_UNAVAILABLE", retryAfter: 2 }, "2");
        next.socket.terminate();
        await joinWhenFree(at);
      }));

    test("for requests are not", () =>
      withLimits(t.db, { MAX_LISTENERS: 4, MAX_CONNECTIONS: 2, KEEP_ALIVE_TIMEOUT_MS: 1 }, async (at) => {
        for (let i = 0; i < 4; i++) await join(at);
        expect(await at.ask("{ __typename }")).toEqual({ data: { __typename: "Query" } });
        expect((await upgrade(at)).status).toBe(503);
      }));
  });

  test.each([
    ["WebSockets", "/graphql", UPGRADE],
    ["streams", "/graphql/stream", { accept: "text/event-stream" }],
  ])("and %s that come while the server ends are answered 503", async (_, path, headers) => {
    const at = await startApi(t.db);
    const head = Object.entries({ host: "x", ...headers }).map(([name, value]) => `${name}: ${value}`);
    const late = await openSocket(portOf(at));
    late.socket.write([`GET ${path} HTTP/1.1`, ...head, "", ""].join("\r\n"));
    await at.close();
    const answer = await late.closed;
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer).toContain("SERVICE_UNAVAILABLE");
  });

  test("are all that a request is upgraded to: one that offers HTTP/2 is answered as it is", async () => {
    const offer = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"];
    const body = JSON.stringify({ query: "{ __typename }" });
    const post = rawPost(body, ...offer, `Content-Length: ${body.length}`);
    const client = await openSocket(portOf(t.api), post.slice(0, -5));
    await sleep(20);
    client.socket.write(post.slice(-5));
    while (client.statuses().length < 1) await sleep(10);
    client.socket.write(post);
    while (client.statuses().length < 2) await sleep(10);
    client.socket.write(
      ["GET /healthz HTTP/1.1", "Host: x", "Connection: close, Upgrade", offer[1], "", ""].join("\r\n"),
    );
    const answers = await client.closed;
    expect(client.statuses()).toEqual([200, 200, 200]);
    expect(answers.match(/"__typename":"Query"/g)).toHaveLength(2);
  });

  test("are counted while they are open", async () => {
    const metrics = createOperationMetrics();
    await withLimits(
      t.db,
      {},
      async (at) => {
        const count = async () =>
          (await metrics.subscriptions.listeners.get()).values.find(({ labels }) => labels.transport === "websocket")
            ?.value;
        const listener = await join(at);
        expect(await count()).toBe(1);
        await join(at);
        expect(await count()).toBe(2);
        hearVotes(listener, "1");
        await votes.until(listener.hears("next"));
        expect((await metrics.subscriptions.events.get()).values).toMatchObject([
          { labels: { transport: "websocket" } },
        ]);
        listener.socket.close();
        while ((await count()) !== 1) await sleep(10);
      },
      { metrics },
    );
    expect((await metrics.subscriptions.listeners.get()).values).toMatchObject([{ value: 0 }]);
  });
});
