import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getIntrospectionQuery } from "graphql";
import { addressOf, ask, type Running, run, temporaryFolder } from "../support/processes";
import { useDatabase } from "../support/use-api";

jest.setTimeout(60_000);

describe("SIGTERM", () => {
  const t = useDatabase();
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder: dataDir, remove } = await temporaryFolder());
  });
  afterAll(() => remove());
  const start = (env: Record<string, string> = {}) =>
    run("api.main", [], { DATABASE_URL: t.db.url, DATA_DIR: dataDir, ...env });
  const open = async (api: Running, text: string): Promise<Socket> => {
    const socket = connect(Number(new URL(await addressOf(api)).port), "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
    socket.write(text);
    return socket;
  };
  const post = (body: string) =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;

  test("is not held up by connections that say nothing, or not enough, nor by a collector of traces that does not answer", async () => {
    const collector = createServer(() => {});
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const api = start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    await ask(await addressOf(api), "{ __typename }");
    for (const text of ["", "GET /grap", post("{}")]) await open(api, text);
    await sleep(50);
    expect(await api.close()).toEqual({ code: 0, signal: null });
    collector.closeAllConnections();
    collector.close();
  });

  test("answers, or refuses with an answer, what is sent over a kept connection at the very moment", async () => {
    const api = start();
    const body = '{"query":"{ __typename }"}';
    const kept = await Promise.all(Array.from({ length: 20 }, () => open(api, post(body) + body)));
    const answers = kept.map(
      (socket) =>
        new Promise<string>((resolve) => {
          let text = "";
          socket.on("data", (chunk) => {
            text += chunk.toString("latin1");
          });
          socket.once("close", () => resolve(text));
        }),
    );
    await Promise.all(kept.map((socket) => new Promise((resolve) => socket.once("data", resolve))));
    const killed = performance.now();
    api.child.kill("SIGTERM");
    // Some of it arrives before the signal is heard, some after; a connection that is quiet for 100 ms is idle.
    let written = 0;
    for (; written < kept.length && performance.now() < killed + 50; written++) {
      kept[written]!.write(post(body) + body);
      await sleep(1);
    }
    (await Promise.all(answers)).forEach((answer, i) => {
      expect(answer.match(/HTTP\/1\.1 (200|503) /g)).toHaveLength(i < written ? 2 : 1);
    });
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });

  test("refuses with an answer what comes over new connections while others are still being answered", async () => {
    const api = start({ DATABASE_LOCK_TIMEOUT_MS: "20000", DATABASE_STATEMENT_TIMEOUT_MS: "20000" });
    await addressOf(api);
    const lock = await t.db.pool.connect();
    await lock.query("begin; lock table papers in access exclusive mode");
    const query = '{"query":"{ papers { totalCount } }"}';
    const slow = await open(api, post(query) + query);
    await t.db.lockWait();
    api.child.kill("SIGTERM");
    const body = '{"query":"{ __typename }"}';
    const answers: string[] = [];
    // The end waits for it for as long as five seconds.
    const until = performance.now() + 4000;
    for (let quietMs = 0; answers.length < 6 && performance.now() < until; quietMs = 30 - quietMs) {
      const opened = performance.now();
      const socket = await open(api, "");
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
      });
      await sleep(quietMs);
      socket.write(post(body) + body);
      // On a busy machine this may come after the 100 ms for which a silent connection is kept.
      const isInTime = performance.now() < opened + 80;
      if (!socket.destroyed) await closed;
      if (isInTime && performance.now() < until) answers.push(text);
    }
    const answered = new Promise<string>((resolve) => slow.once("data", (chunk) => resolve(chunk.toString("latin1"))));
    await lock.query("rollback");
    lock.release();
    expect(await answered).toMatch(/^HTTP\/1.1 200 /);
    expect(answers).not.toEqual([]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 (200|503) /);
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });

  test("lets a slow reader have the whole answer, and twice is no more than once", async () => {
    const api = start({ MAX_COST: "999999", MAX_ALIASES: "99", MAX_DEPTH: "30" });
    const query = getIntrospectionQuery();
    const fields = Array.from({ length: 15 }, (_, i) => `a${i}: __schema { types { ...FullType } }`).join(" ");
    const body = JSON.stringify({ query: query.replace(/__schema \{[\s\S]*?\n {6}\}\n {4}\}/, `${fields} }`) });
    const socket = await open(api, post(body) + body);
    const chunks: Buffer[] = [];
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    while (chunks.length === 0) await sleep(5);
    api.child.kill("SIGTERM");
    api.child.kill("SIGTERM");
    await ended;
    const answer = Buffer.concat(chunks);
    const [head = "", ...rest] = answer.toString("latin1").split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1.1 200/);
    expect(rest.join("\r\n\r\n")).toHaveLength(Number(/content-length: (\d+)/i.exec(head)![1]));
    expect(rest.join("").length).toBeGreaterThan(1_000_000);
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });

  test("lets all requests of one connection be answered that were sent before, one behind the other", async () => {
    const api = start();
    const body = JSON.stringify({
      query: '{ searchPapers(query: "learning", first: 5) { totalCount nodes { relatedPapers { title } } } }',
    });
    const socket = await open(api, (post(body) + body).repeat(8));
    let text = "";
    const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    while (text === "") await sleep(1);
    api.child.kill("SIGTERM");
    await ended;
    expect(text.match(/^HTTP\/1.1 200/gm)).toHaveLength(8);
    expect(await api.ended).toEqual({ code: 0, signal: null });
  });
});
