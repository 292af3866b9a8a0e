import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { Turn } from "../../../src/async/turns";
import { watchHistory } from "../../../src/changes/history";
import { connect } from "../../../src/db/connect";
import { type Database, openDatabase } from "../../../src/db/database";
import { sql } from "../../../src/db/sql";
import { defaultTimeouts } from "../../../src/db/timeouts";
import { encodeNodeId } from "../../../src/nodes/node-id";
import { createTestDatabase } from "../../support/database";
import { importRecords, signIn, sourceRecord } from "../../support/factories";
import { addressOf, ask, type Running, run } from "../../support/processes";
import { createReplicatedCluster, type ReplicatedCluster } from "../../support/replica";
import { joinCrowd } from "../../support/sockets";

jest.setTimeout(120_000);

const READ = "{ papers(orderBy: { field: UPVOTES }, first: 1) { nodes { id title upvoteCount } } }";
const VOTERS = 15;

test("a server that is no replica, or of another cluster, is not read", async () => {
  const database = await createTestDatabase();
  const states: string[] = [];
  const onChange = (_: string, state: string) => states.push(state);
  const db = await openDatabase(database.url, defaultTimeouts, { urls: [database.url], maxLag: 2000, onChange });
  while (db.replicas("foreign") === 0) await sleep(10);
  expect(states).toEqual(["foreign"]);
  expect(await db.query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await db.close();
  await database.close();
});

describe("two processes on a primary and its streaming replica", () => {
  let cluster: ReplicatedCluster;
  let db: Database;
  let apis: Running[];
  let addresses: string[];
  let tokens: string[];
  let id: string;

  beforeAll(async () => {
    cluster = await createReplicatedCluster();
    db = await connect({ databaseUrl: cluster.primary.url, dataDir: "", log: () => {} });
    await importRecords(db, [sourceRecord({ title: "top", upvotes: 100 })]);
    tokens = await Promise.all(Array.from({ length: VOTERS }, (_, i) => signIn(db, `voter${i}`)));
    const env = {
      DATABASE_URL: cluster.primary.url,
      DATABASE_REPLICA_URLS: cluster.replica.url,
      WORKER: "off",
      RATE_LIMIT_ANONYMOUS: "0",
    };
    apis = [run("api.main", [], env), run("api.main", [], env)];
    addresses = await Promise.all(apis.map(addressOf));
    for (const api of apis) await api.waitForOutput("a replica is read");
    id = (await read(0)).id;
  });
  afterAll(async () => {
    await Promise.all(apis.map((api) => api.close()));
    await db.close();
    await cluster.close();
  });
  afterEach(async () => {
    const { rows } = await db.pool.query(
      "select upvote_count - imported_upvotes as counted, (select count(*)::int from upvotes) as rows from papers",
    );
    expect(rows[0].counted).toBe(rows[0].rows);
  });

  const read = async (api: number, token?: string) => {
    const { data, errors } = await ask(addresses[api]!, READ, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return (data as unknown as { papers: { nodes: { id: string; title: string; upvoteCount: number }[] } }).papers
      .nodes[0]!;
  };
  const vote = (api: number, voter: number, verb = "upvotePaper") =>
    ask(addresses[api]!, `mutation { ${verb}(input: { paperId: "${id}" }) { paper { upvoteCount } } }`, tokens[voter]);
  const onReplica = async (statement: string) => {
    const client = new Client({ connectionString: cluster.replica.url });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  /** How often a process has said something. */
  const times = (api: Running, text: string) => api.output().split(text).length - 1;
  const saysAgain = async (api: Running, text: string, before: number) => {
    while (times(api, text) <= before) await sleep(50);
  };
  /** Reads without an account through both processes, all the time, until it is told to stop; none may fail. */
  const readAllTheTime = () => {
    let isOver = false;
    let answers = 0;
    const reading = [0, 1, 0, 1].map(async (api) => {
      while (!isOver) {
        await read(api);
        answers++;
        // Not so often that the machine has time for nothing else.
        await sleep(10);
      }
    });
    return async () => {
      isOver = true;
      await Promise.all(reading);
      return answers;
    };
  };
  /** A fault of the replica under reads: both processes leave it out, and take it back when it is over. */
  const outAndBack = async (fault: () => Promise<void>, repair: () => Promise<void>) => {
    const before = apis.map((api) => [times(api, "left out"), times(api, "a replica is read")]);
    const stopReading = readAllTheTime();
    await fault();
    await Promise.all(apis.map((api, i) => saysAgain(api, "left out", before[i]![0]!)));
    await repair();
    await Promise.all(apis.map((api, i) => saysAgain(api, "a replica is read", before[i]![1]!)));
    expect(await stopReading()).toBeGreaterThan(0);
  };

  test("reads without an account are the replica's; a voter sees the vote at once, through either process", async () => {
    await onReplica("select pg_wal_replay_pause()");
    const { upvoteCount } = await read(0);
    const { data } = await vote(0, 0);
    expect(data).toMatchObject({ upvotePaper: { paper: { upvoteCount: upvoteCount + 1 } } });
    for (const api of [0, 1]) expect((await read(api, tokens[0])).upvoteCount).toBe(upvoteCount + 1);
    expect((await read(1)).upvoteCount).toBe(upvoteCount);
    await onReplica("select pg_wal_replay_resume()");
    while ((await read(1)).upvoteCount !== upvoteCount + 1) await sleep(20);
  });

  test("papers near to one that the replica does not have yet are those that it has, and all of them later", async () => {
    const titles = ["Quantum error correction codes", "Codes for quantum error correction"];
    await onReplica("select pg_wal_replay_pause()");
    await importRecords(
      db,
      titles.map((title) => sourceRecord({ title })),
    );
    const { rows } = await db.pool.query("select id from papers where title = $1", [titles[0]]);
    const near = `papers(filter: { near: ["${encodeNodeId("Paper", rows[0].id)}"] }) { nodes { title } }`;
    const listed = async () => {
      const { data, errors } = await ask(addresses[1]!, `{ ${near} }`);
      expect(errors).toBeUndefined();
      const { nodes } = (data as unknown as { papers: { nodes: { title: string }[] } }).papers;
      return nodes.map(({ title }) => title).sort();
    };
    expect([[], [...titles].sort()]).toContainEqual(await listed());
    await onReplica("select pg_wal_replay_resume()");
    while ((await listed()).length < titles.length) await sleep(20);
    await db.pool.query("delete from papers where title = any($1)", [titles]);
  });

  test("one that lags is left out, and taken back when it has caught up", async () => {
    let voter = 1;
    await outAndBack(
      async () => {
        await onReplica("select pg_wal_replay_pause()");
        await vote(0, voter++);
      },
      async () => {
        const { upvoteCount } = await read(0, tokens[0]);
        // Left out, it shows nobody the old state.
        for (const api of [0, 1]) expect((await read(api)).upvoteCount).toBe(upvoteCount);
        await onReplica("select pg_wal_replay_resume()");
      },
    );
  });

  test("one that is stopped fails no read, and is taken back when it runs again", () =>
    outAndBack(cluster.replica.stop, cluster.replica.start));

  test("one that is frozen fails no read, and is taken back when it goes on", () =>
    outAndBack(cluster.replica.freeze, cluster.replica.thaw));

  test("a read that the frozen primary does not answer is asked again of a replica that has come back, if there is time", async () => {
    const { url } = cluster.primary;
    const settings = { urls: [cluster.replica.url], maxLag: 60_000, onChange: () => {} };
    const reading = await openDatabase(url, { ...defaultTimeouts, query: 2500 }, settings);
    try {
      while (reading.replicas("fresh") === 0) await sleep(20);
      await cluster.replica.stop();
      while (reading.replicas("fresh") === 1) await sleep(20);
      const until = performance.now() + 60_000;
      const read = (turn?: Turn) => reading.query(sql`select pg_is_in_recovery() as "isReplica"`, turn);
      expect(await read()).toEqual([{ isReplica: false }]);
      await cluster.primary.freeze();
      const answers = Promise.allSettled([read(), read({ key: "a", until }), read({ key: "b", until: 0 })]);
      await cluster.replica.start();
      const fromReplica = { status: "fulfilled", value: [{ isReplica: true }] };
      expect(await answers).toMatchObject([fromReplica, fromReplica, { status: "rejected" }]);
    } finally {
      await cluster.primary.thaw();
      await reading.close();
    }
  });

  test("while the primary restarts, reads without an account go on, no acknowledged vote is lost, and listeners hear the last of them", async () => {
    const subscription = "subscription ($id: ID!) { paperUpvotesChanged(paperIds: [$id]) { upvoteCount } }";
    const listeners = await Promise.all(addresses.map((address) => joinCrowd(address, subscription, { id })));
    for (let i = 0; listeners.some(({ events }) => events.length === 0); i++) {
      await vote(0, 0, i % 2 === 0 ? "removePaperUpvote" : "upvotePaper");
      await sleep(100);
    }
    const stopReading = readAllTheTime();
    let isOver = false;
    const voting = tokens.map(async (_, voter) => {
      for (let stands = false; !isOver || !stands; ) {
        const { errors } = await vote(voter % 2, voter).catch(() => ({ errors: [] }));
        stands = errors === undefined;
        await sleep(20);
      }
    });
    await sleep(200);
    await cluster.primary.stop();
    const isReady = await fetch(addresses[0]!.replace("/graphql", "/readyz"));
    expect(isReady.status).toBe(200);
    await sleep(500);
    // The embedded server's keeper may have started it already.
    await cluster.primary.start().catch(() => {});
    await sleep(500);
    isOver = true;
    await Promise.all(voting);
    expect(await stopReading()).toBeGreaterThan(0);
    expect((await read(0, tokens[0])).upvoteCount).toBe(100 + VOTERS);
    for (const { socket, events } of listeners) {
      const last = { data: { paperUpvotesChanged: { upvoteCount: 100 + VOTERS } } };
      while (JSON.stringify(events.at(-1)) !== JSON.stringify(last)) await sleep(50);
      socket.close();
    }
  });

  test("a process that is killed takes nobody with it", async () => {
    apis[0]!.child.kill("SIGKILL");
    await apis[0]!.ended;
    const { data } = await vote(1, 0, "removePaperUpvote");
    expect(data).toMatchObject({ removePaperUpvote: { paper: { upvoteCount: 100 + VOTERS - 1 } } });
    expect((await read(1, tokens[1])).upvoteCount).toBe(100 + VOTERS - 1);
  });

  test("a replica that takes over has another history from that moment on", async () => {
    const [primary, replica] = await Promise.all(
      [cluster.primary, cluster.replica].map(async ({ url }) => {
        const server = await openDatabase(url);
        return { history: watchHistory(server, () => {}), close: server.close };
      }),
    );
    const before = await primary!.history.read();
    expect(await replica!.history.read()).toBe(before);
    await onReplica("select pg_promote()");
    expect(await replica!.history.read()).not.toBe(before);
    expect(await primary!.history.read()).toBe(before);
    await Promise.all([primary!.close(), replica!.close()]);
  });
});
