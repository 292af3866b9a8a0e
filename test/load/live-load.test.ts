import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { heapInUse, inspectable } from "../support/inspector";
import { addressOf, ask, type Running, run } from "../support/processes";
import { openSocket, type RawSocket } from "../support/raw-socket";
import { type CrowdSocket, joinCrowd } from "../support/sockets";
import { useApi } from "../support/use-api";

jest.setTimeout(300_000);

/** `npm run soak` asks for the whole crowd, `npm test` for a part of it. */
const LISTENERS = process.env.SOAK ? 10_000 : 80;
const WATCHING = process.env.SOAK ? 1000 : 20;
const UPVOTES = "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount paper { title } } }";
const LARGE = `subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount paper {
  ${Array.from({ length: 25 }, (_, i) => `a${i}: abstract`).join(" ")} } } }`;

describe(`${LISTENERS} listeners on one of two processes`, () => {
  const t = useApi();
  let apis: Running[];
  let addresses: string[];
  let ids: string[];
  let token: string;
  const crowd: CrowdSocket[] = [];

  beforeAll(async () => {
    await importRecords(
      t.db,
      ["hot", "quiet", "loud"].map((title) => sourceRecord({ title, upvotes: 1, abstract: "x".repeat(5000) })),
    );
    const { nodes } = (await t.api.data("{ papers(orderBy: { field: UPVOTES }) { nodes { id title } } }")).papers;
    ids = ["hot", "quiet", "loud"].map((title) => nodes.find((node: { title: string }) => node.title === title).id);
    token = await signIn(t.db, "ada");
    const env = {
      DATABASE_URL: t.db.url,
      WORKER: "off",
      MAX_LISTENERS: "20000",
      MAX_LISTENERS_PER_ADDRESS: "20000",
      RATE_LIMIT_ANONYMOUS: "0",
      ...inspectable,
    };
    apis = [t.use(run("api.main", [], env)), t.use(run("api.main", [], env))];
    t.use({ close: () => crowd.map(({ socket }) => socket.terminate()) });
    addresses = await Promise.all(apis.map(addressOf));
  });
  afterAll(async () => {
    for (const api of apis) expect((await api.ended).code).toBe(0);
  });

  const rss = async ({ child }: Running) => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8");
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)![1]);
  };
  const vote = (verb: "upvotePaper" | "removePaperUpvote", id: string, address = addresses[1]!) =>
    ask(address, `mutation { ${verb}(input: { paperId: "${id}" }) { changed } }`, token);
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(10);
  };
  /** What a listener knows last. */
  const last = ({ events }: CrowdSocket) =>
    (events.at(-1)?.data?.paperUpvotesChanged as { upvoteCount: number } | undefined)?.upvoteCount;
  const join = async (count: number, paperId: string) => {
    const joined: CrowdSocket[] = [];
    while (joined.length < count) {
      const next = Math.min(200, count - joined.length);
      const opening = Array.from({ length: next }, () => joinCrowd(addresses[0]!, UPVOTES, { ids: [paperId] }));
      joined.push(...(await Promise.all(opening)));
    }
    crowd.push(...joined);
    return joined;
  };
  /** Votes up and down on the other process until all have heard something, then once more for the last word. */
  const reachAll = async (listeners: CrowdSocket[], id: string) => {
    for (let i = 0; listeners.some((each) => each.events.length === 0); i++) {
      await vote(i % 2 === 0 ? "upvotePaper" : "removePaperUpvote", id);
      await sleep(100);
    }
    await vote("removePaperUpvote", id);
    await until(() => listeners.every((each) => last(each) === 1));
    await sleep(1100);
    const start = performance.now();
    await vote("upvotePaper", id);
    await until(() => listeners.every((each) => last(each) === 2));
    return performance.now() - start;
  };

  test("idle ones cost little memory, and those who listen to a paper hear of a vote on the other process", async () => {
    await join(20, ids[1]!);
    const before = [await heapInUse(apis[0]!), await rss(apis[0]!)] as const;
    const idle = await join(LISTENERS - WATCHING, ids[1]!);
    const heap = (await heapInUse(apis[0]!)) - before[0];
    const resident = (await rss(apis[0]!)) - before[1];
    const watching = await join(WATCHING, ids[0]!);
    const took = await reachAll(watching, ids[0]!);
    expect(idle.every(({ events }) => events.length === 0)).toBe(true);
    if (process.env.SOAK) {
      const each = (bytes: number) => (bytes / idle.length / 1000).toFixed(1);
      console.log(
        `${each(heap)} kB of heap, ${each(resident)} kB of resident memory for each of ${idle.length} idle listeners`,
      );
      console.log(`a vote reached ${watching.length} listeners on the other process within ${Math.round(took)} ms`);
    }
  });

  test("readers that never read hold up nobody, and cost a bounded memory", async () => {
    const port = Number(new URL(addresses[0]!).port);
    const stalled = await Promise.all(Array.from({ length: 20 }, () => neverRead(port, LARGE, { ids: [ids[2]!] })));
    const watching = await join(10, ids[2]!);
    const before = await rss(apis[0]!);
    const rounds = process.env.SOAK ? 60 : 4;
    await reachAll(watching, ids[2]!);
    for (let i = 0; i < rounds; i++) {
      const wanted = i % 2 === 0 ? 1 : 2;
      await vote(wanted === 1 ? "removePaperUpvote" : "upvotePaper", ids[2]!);
      await until(() => watching.every((each) => last(each) === wanted));
    }
    const grown = (await rss(apis[0]!)) - before;
    if (process.env.SOAK)
      console.log(`${Math.round(grown / 2 ** 20)} MB more after ${rounds} events for 20 readers that never read`);
    // A megabyte may wait for each; without that bound it would be 125 kB for each event and reader.
    expect(grown).toBeLessThan(150 * 2 ** 20);
    for (const { socket } of stalled) socket.destroy();
  });

  test("a process that ends sends its listeners away with 1001, and exits", async () => {
    const codes = crowd.map(({ socket }) => new Promise((resolve) => socket.once("close", resolve)));
    apis[0]!.child.kill("SIGTERM");
    expect(new Set(await Promise.all(codes))).toEqual(new Set([1001]));
    expect((await apis[0]!.ended).code).toBe(0);
  });
});

/** A WebSocket that subscribes and then reads nothing at all. */
async function neverRead(port: number, query: string, variables: object): Promise<RawSocket> {
  const raw = await openSocket(
    port,
    [
      "GET /graphql HTTP/1.1",
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${Buffer.from("sixteen bytes 16").toString("base64")}`,
      "Sec-WebSocket-Protocol: graphql-transport-ws",
      "",
      "",
    ].join("\r\n"),
  );
  while (!raw.received().includes("\r\n\r\n")) await sleep(5);
  raw.socket.write(frame('{"type":"connection_init"}'));
  while (!raw.received().includes("connection_ack")) await sleep(5);
  raw.socket.pause();
  raw.socket.write(frame(JSON.stringify({ type: "subscribe", id: "1", payload: { query, variables } })));
  return raw;
}

/** A masked text frame (RFC 6455, 5.2); a mask of zeros leaves the text as it is. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length =
    payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), payload]);
}
