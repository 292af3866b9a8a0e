import { setTimeout as sleep } from "node:timers/promises";
import { defaultLimits } from "../../src/config/limits";
import { chunked, good, malformed, tooShort, unfinished } from "../attacks/raw";
import { portOf } from "../support/api";
import { importRecords, sourceRecord } from "../support/factories";
import { asPost, createHttpClient, type HttpClient } from "../support/http-client";
import { openSocket, rawPost } from "../support/raw-socket";
import { useApi } from "../support/use-api";

/** `npm run soak` floods for long, `npm test` for a moment. */
const WAVES = process.env.SOAK ? 200 : 1;
const MAX_CONNECTIONS = 100;

jest.setTimeout(process.env.SOAK ? 600_000 : 60_000);

describe("raw sockets", () => {
  const t = useApi({
    limits: {
      ...defaultLimits,
      MAX_CONNECTIONS,
      HEADERS_TIMEOUT_MS: 500,
      REQUEST_TIMEOUT_MS: 1000,
      // Between the two, what is read for those who never take it may take its time on a busy machine.
      OPERATION_TIMEOUT_MS: 5000,
      DATABASE_QUERY_TIMEOUT_MS: 1500,
      RATE_LIMIT_ANONYMOUS: 0,
    },
  });
  let port: number;
  let normal: HttpClient;
  let isOver: boolean;
  let normalAnswers: Promise<number[]>;

  beforeAll(async () => {
    await importRecords(
      t.db,
      Array.from({ length: 60 }, () => sourceRecord({ abstract: "long ".repeat(20_000) })),
    );
    port = portOf(t.api);
  });
  beforeEach(async () => {
    normal = createHttpClient(port, 1);
    isOver = false;
    await ask();
    normalAnswers = askOnAndOn();
  });
  afterEach(async () => {
    isOver = true;
    const statuses = await normalAnswers;
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await ask()).toBe(200);
    normal.close();
    await connectionsFall(0);
    expect(t.api.logged.splice(0)).toEqual([]);
  });

  const ask = async () => (await normal.send(asPost({ query: "{ papers { totalCount } }" }))).status;

  /** A client that behaves, on one connection, for as long as the others do not. */
  async function askOnAndOn(): Promise<number[]> {
    const statuses: number[] = [];
    while (!isOver) {
      statuses.push(await ask());
      await sleep(20);
    }
    return statuses;
  }

  async function connectionsFall(to: number): Promise<void> {
    const count = () =>
      new Promise<number>((resolve) => t.api.server.server.getConnections((_, connections) => resolve(connections)));
    for (let tries = 0; (await count()) > to; tries++) {
      if (tries === 1000) throw new Error(`${await count()} connections are left`);
      await sleep(20);
    }
  }

  test("headers that arrive a byte at a time are given up", async () => {
    const { socket, closed } = await openSocket(port);
    const bytes = `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ${"a".repeat(10_000)}`;
    const drip = (async () => {
      for (const byte of bytes) {
        if (socket.destroyed) return;
        socket.write(byte);
        await sleep(10);
      }
    })();
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    await drip;
  });

  test("a body that arrives a byte at a time is given up", async () => {
    const { socket, closed } = await openSocket(port, unfinished);
    while (!socket.destroyed) {
      socket.write(" ");
      await sleep(10);
    }
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("bodies that are broken off leave nothing behind", async () => {
    for (let i = 0; i < WAVES * 25; i++) {
      const { socket } = await openSocket(port, unfinished);
      await sleep(1);
      if (i % 2 === 0) socket.destroy();
      else socket.resetAndDestroy();
    }
    await connectionsFall(1);
  });

  test("answers that nobody waits for leave nothing behind", async () => {
    for (let i = 0; i < WAVES * 25; i++) {
      const { socket } = await openSocket(port, good);
      await sleep(i % 5);
      socket.destroy();
    }
    await connectionsFall(1);
  });

  test.each(Object.entries(malformed))("%s: refused, and closed", async (_, bytes) => {
    const { closed, statuses } = await openSocket(port, bytes);
    const received = await closed;
    expect(statuses().filter((status) => ![400, 408, 413, 431].includes(status))).toEqual([]);
    expect(statuses().length).toBeLessThanOrEqual(1);
    expect(received).not.toMatch(/node_modules|\n\s+at |"status":"ok"/);
  });

  test("a length that is too short makes no second request of the rest", async () => {
    const { closed, statuses } = await openSocket(port, tooShort);
    await closed;
    // The refusal may overtake the answer to the first one, never the other way round.
    expect([[400], [200, 400]]).toContainEqual(statuses());
  });

  test("a length that is too long is waited for only so long", async () => {
    const { closed, statuses } = await openSocket(port, unfinished);
    await closed;
    expect(statuses()).toEqual([408]);
  });

  test("requests in a row without a pause are all answered, and nothing behind one that is none", async () => {
    const { socket, closed, statuses } = await openSocket(port, (good + chunked).repeat(50));
    await until(() => statuses().length === 100);
    expect(new Set(statuses())).toEqual(new Set([200]));
    socket.write(`garbage\r\n\r\n${good}`);
    await closed;
    expect(statuses().slice(100)).toEqual([400]);
  });

  test("connections that say nothing, or not enough, are closed", async () => {
    const idle = await Promise.all(
      Array.from({ length: MAX_CONNECTIONS - 10 }, (_, i) =>
        openSocket(port, ["", "GET ", "POST /graphql HTTP/1.1\r\nHost: x\r\n", unfinished][i % 4]),
      ),
    );
    await Promise.all(idle.map(({ closed }) => closed));
    await connectionsFall(1);
  });

  test("connections beyond the limit are closed at once, those within it are served, and then there is room again", async () => {
    for (let wave = 0; wave < WAVES; wave++) {
      const flood = await Promise.all(Array.from({ length: 3 * MAX_CONNECTIONS }, () => openSocket(port, good)));
      const answered = await Promise.all(
        flood.map(async ({ closed, statuses }) => {
          await Promise.race([closed, until(() => statuses().length > 0)]);
          return statuses();
        }),
      );
      // On a busy machine one that was answered may have been idle for too long already, and left its place to another.
      const served = answered.filter((statuses) => statuses[0] === 200).length;
      expect(served).toBeGreaterThanOrEqual(MAX_CONNECTIONS - 1);
      expect(answered.filter((statuses) => statuses.length === 0)).toHaveLength(3 * MAX_CONNECTIONS - served);
      expect(served).toBeLessThan(2 * MAX_CONNECTIONS);
      for (const { socket } of flood) socket.destroy();
      await connectionsFall(1);
    }
  });

  async function until(isTrue: () => boolean): Promise<void> {
    for (let tries = 0; tries < 1000 && !isTrue(); tries++) await sleep(10);
  }

  test("a client that never reads its answer is given up", async () => {
    const body = JSON.stringify({ query: "{ papers(first: 100) { nodes { abstract } } }" });
    const readers = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const reader = await openSocket(port);
        reader.socket.pause();
        reader.socket.write(rawPost(body, `Content-Length: ${body.length}`));
        return reader;
      }),
    );
    await sleep(100);
    await connectionsFall(1);
    for (const { socket } of readers) socket.destroy();
  });
});
