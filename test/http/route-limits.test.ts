import { setTimeout as sleep } from "node:timers/promises";
import type request from "supertest";
import { createApp } from "../../src/app";
import { defaultLimits } from "../../src/config/limits";
import { listenOn } from "../../src/http/listen";
import { createLog } from "../../src/log";
import { portOf, withLimits } from "../support/api";
import { withReads } from "../support/database";
import { settings as digests } from "../support/digests";
import { openListener, type RawListener } from "../support/raw-listener";
import { openSocket, type RawSocket } from "../support/raw-socket";
import { useApi, useDatabase } from "../support/use-api";

const LIMIT = 1200;

describe("points", () => {
  const t = useApi({
    limits: { ...defaultLimits, RATE_LIMIT_ANONYMOUS: LIMIT },
    trustProxy: ["127.0.0.1"],
    digests,
    metricsToken: "a token of sixteen or more",
  });
  let address = 0;
  beforeEach(() => {
    address++;
  });

  const send = (method: "get" | "post", path: string, body?: string, type = "application/json") => {
    const asked = t.api.http()[method](path).set("x-forwarded-for", `192.0.2.${address}`);
    return body === undefined ? asked : asked.set("content-type", type).send(body);
  };
  /** Asks until it is refused, and gives how that was said. */
  const refusalOf = async (ask: () => request.Test) => {
    for (let i = 0; i <= LIMIT; i++) {
      const answer = await ask();
      if (answer.status === 429) return answer;
    }
    throw new Error("it is never refused");
  };

  test.each([
    ["a confirmation", () => send("post", "/digest/confirm/x", "", "application/x-www-form-urlencoded")],
    ["an unsubscription", () => send("post", "/digest/unsubscribe/x", "", "text/plain")],
    ["a link that is managed", () => send("get", "/digest/manage/x")],
    ["the form", () => send("get", "/digest")],
  ])("are paid for %s; beyond them a page says so", async (_, ask) => {
    const refused = await refusalOf(ask);
    expect(refused.headers["content-type"]).toContain("text/html");
    expect(refused.text).toContain("Too many tries");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  });

  test.each([
    ["the explorer", () => send("get", "/graphiql")],
    ["what measures tell", () => send("get", "/metrics")],
    ["JSON that is none", () => send("post", "/graphql", "{")],
    ["a body that asks nothing", () => send("post", "/graphql", "{}")],
    ["a GET that another site could send", () => send("get", "/graphql?query={__typename}")],
    ["a stream that asks nothing", () => send("post", "/graphql/stream", "{}")],
    ["a method that is not taken", () => t.api.http().put("/graphql").set("x-forwarded-for", `192.0.2.${address}`)],
    ["what is not there", () => send("get", "/nowhere")],
  ])("are paid for %s, too", async (_, ask) => {
    // Most of them are gone.
    while ((await send("get", "/digest")).status !== 429);
    const { body, headers } = await refusalOf(ask);
    expect(body.errors).toMatchObject([{ extensions: { code: "RATE_LIMITED", limit: LIMIT } }]);
    expect(headers["retry-after"]).toBe(String(body.errors[0].extensions.retryAfter));
  });

  test("are paid for the handshake of a WebSocket, which is refused over HTTP", async () => {
    while ((await send("get", "/digest")).status !== 429);
    const from = { headers: { "x-forwarded-for": `192.0.2.${address}` } };
    const opened: RawListener[] = [];
    const open = async () => {
      while (opened.length < LIMIT) opened.push(await openListener(t.api, from));
    };
    await expect(open()).rejects.toThrow("Unexpected server response: 429");
    for (const { socket } of opened) socket.terminate();
  });

  test("are paid for what orchestrators ask, who are answered without, but not at once", async () => {
    const timed = async (path: string) => {
      const start = performance.now();
      expect((await send("get", path)).status).toBe(200);
      return performance.now() - start;
    };
    expect(Math.min(await timed("/healthz"), await timed("/readyz"))).toBeLessThan(200);
    while ((await send("get", "/digest")).status !== 429);
    // What is left is less than a page costs.
    for (let i = 0; i < 20; i++) await timed("/healthz");
    expect((await send("get", "/")).status).toBe(429);
    for (const path of ["/healthz", "/readyz"]) expect(await timed(path)).toBeGreaterThanOrEqual(240);
  });

  test("reach a database a few times a second at most, however often it is asked whether it is ready", async () => {
    let reads = 0;
    const counted = withReads(t.db, (statement) => {
      if (statement.text === "select 1") reads++;
      return t.db.query(statement);
    });
    await withLimits(counted, {}, async (at) => {
      const start = performance.now();
      await Promise.all(Array.from({ length: 100 }, () => at.http().get("/readyz").expect(200)));
      expect(reads).toBeLessThanOrEqual(1 + (performance.now() - start) / 500);
    });
  });
});

describe("connections", () => {
  const t = useDatabase();

  const crowd = (port: number, size: number, ...addresses: [localAddress?: string, host?: string]) =>
    Promise.all(
      Array.from({ length: size }, (_, i) => openSocket(port, i % 2 === 0 ? "" : "GET / HTTP/1.1\r\n", ...addresses)),
    );
  const isOpen = ({ socket }: RawSocket) => !socket.destroyed;
  const until = async (isTrue: () => boolean) => {
    for (let tries = 0; tries < 300 && !isTrue(); tries++) await sleep(10);
  };

  test("of one address are a share, so that a silent crowd leaves room for others", () =>
    withLimits(t.db, { MAX_CONNECTIONS: 30, MAX_CONNECTIONS_PER_ADDRESS: 20 }, async (api) => {
      const silent = await crowd(portOf(api), 60);
      await until(() => silent.filter(isOpen).length <= 20);
      expect(silent.filter(isOpen)).toHaveLength(20);
      const other = await openSocket(portOf(api), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "127.0.0.2");
      await until(() => other.statuses().length > 0);
      expect(other.statuses()).toEqual([200]);
      for (const { socket } of [...silent, other]) socket.destroy();
    }));

  test("to another address of the host are shared and ended as those to the first", async () => {
    const server = await createApp(t.db, {
      log: createLog("silent"),
      limits: { ...defaultLimits, MAX_CONNECTIONS_PER_ADDRESS: 3 },
    });
    const port = await listenOn(server, 0, ["127.0.0.1", "127.0.0.2"]);
    const silent = await crowd(port, 6, "127.0.0.1", "127.0.0.2");
    await until(() => silent.filter(isOpen).length <= 3);
    expect(silent.filter(isOpen)).toHaveLength(3);
    for (const { socket } of silent) socket.destroy();
    const asked = await openSocket(port, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "127.0.0.3", "127.0.0.2");
    await until(() => asked.statuses().length > 0);
    expect(asked.statuses()).toEqual([200]);
    const ending = server.close();
    asked.socket.write("GET /digest HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await asked.closed).toMatch(/HTTP\/1\.1 503 /);
    await ending;
  });

  test.each([[["127.0.0.0/8"]], [(_: string, hop: number) => hop < 1]])(
    "of a trusted proxy may be all that there are",
    (trustProxy) =>
      withLimits(
        t.db,
        { MAX_CONNECTIONS: 30, MAX_CONNECTIONS_PER_ADDRESS: 5 },
        async (api) => {
          const all = await crowd(portOf(api), 25);
          const last = await openSocket(portOf(api), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
          await until(() => last.statuses().length > 0);
          expect([last.statuses(), all.filter(isOpen).length]).toEqual([[200], 25]);
          for (const { socket } of [...all, last]) socket.destroy();
        },
        { trustProxy },
      ),
  );
});
