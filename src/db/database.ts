import { Client, Pool, type PoolClient } from "pg";
import type { Caller } from "../turns";
import { type Bell, openBell } from "./bell";
import { isFaultOfReplica, isFaultOfServer, isSilence, retry } from "./faults";
import { createReader, type Reader } from "./reader";
import { type ReplicaSettings, type ReplicaState, type Replicas, watchReplicas } from "./replicas";
import type { Statement } from "./sql";
import { startupConfig, WITHOUT_TRANSACTION_TIMEOUT } from "./startup";
import { clientConfig, defaultTimeouts, type Timeouts } from "./timeouts";

/** What reading services need. */
export type Db = Pick<Reader, "read">;

/** What services that change something need. What was cut off is run again, so all of it must be idempotent. */
export interface WritableDb extends Db {
  /** One statement that changes rows, on connections of its own: one that waits for a lock holds up no read. */
  write<Row>(statement: Statement): Promise<Row[]>;
  /** Commits when `work` resolves, rolls back when it throws. On the same connections, with the same timeouts. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction of many rows, which may take its time: imports and rankings. */
  bulk<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** One transaction on a connection of its own. */
export interface Transaction extends Db {
  client: PoolClient;
}

/** What the API needs, which also hears of changes. */
export interface LiveDb extends WritableDb {
  /** Reads what is committed, whereas `read` may be answered by a replica that is a little behind. */
  primary: Db;
  /**
   * A short transaction of the process itself, one at a time, with the time-outs of `transaction` but on a connection of its
   * own: it does not wait for one behind requests.
   */
  background<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Hears what is said on a channel; see `openBell`. */
  listen(channel: string, onRing: () => void): Bell;
}

export interface Database extends LiveDb {
  /** Connections without time-outs, for what may take its time. */
  pool: Pool;
  /** How many replicas are in a state. */
  replicas(state: ReplicaState): number;
  /** How the connections for writes are doing. */
  writers(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

const WRITE_CONNECTIONS = 5;
const BULK_CONNECTIONS = 10;

/** Opens a database, with its replicas if there are some. */
export async function openDatabase(
  url: string,
  timeouts: Timeouts = defaultTimeouts,
  replicaSettings: ReplicaSettings | null = null,
): Promise<Database> {
  const pool = new Pool({
    ...startupConfig(url),
    max: BULK_CONNECTIONS,
    onConnect: (client) => client.query(WITHOUT_TRANSACTION_TIMEOUT),
  });
  const reader = createReader(url, timeouts);
  const primary: Db = { read: (statement, caller) => retry(() => reader.read(statement, caller)) };
  const replicas = replicaSettings && watchReplicas(url, replicaSettings, timeouts);
  const writers = openWriters(url, timeouts, WRITE_CONNECTIONS);
  const background = openWriters(url, timeouts, 1);
  // A connection that breaks is replaced by its pool; without a listener, idle or held, it would end the process.
  for (const each of [pool, writers, background]) {
    each.on("error", () => {});
    each.on("connect", (client) => client.on("error", () => {}));
  }
  return {
    pool,
    read: replicas ? (statement, caller) => readAnywhere({ statement, caller }, replicas, primary) : primary.read,
    primary,
    replicas: (state) => replicas?.count(state) ?? 0,
    write: (statement) =>
      retry(() => heed(writers, async () => (await writers.query(statement.text, [...statement.values])).rows)),
    transaction: (work) => retry(() => heed(writers, () => transact(writers, work))),
    background: (work) => retry(() => transact(background, work)),
    bulk: (work) => retry(() => transact(pool, work)),
    listen: (channel, onRing) => openBell(url, timeouts, channel, onRing),
    writers: () => ({ total: writers.totalCount, idle: writers.idleCount, waiting: writers.waitingCount }),
    async close() {
      await Promise.all([replicas?.close(), reader.close(), writers.end(), background.end(), pool.end()]);
    },
  };
}

/**
 * A replica that fails is left out, and the primary asked instead: a read changes nothing, so it can be repeated. So is a
 * replica when the primary is away or does not answer, as long as who asks has time for that.
 */
async function readAnywhere<Row>({ statement, caller }: Asked, replicas: Replicas, primary: Db): Promise<Row[]> {
  const replica = replicas.pick();
  if (replica) {
    try {
      return await replica.reader.read(statement, caller);
    } catch (error) {
      if (isFaultOfServer(error)) replicas.leaveOut(replica);
      else if (!isFaultOfReplica(error)) throw error;
    }
  }
  try {
    return await primary.read(statement, caller);
  } catch (error) {
    if (!isFaultOfServer(error) && !(isSilence(error) && hasTime(caller))) throw error;
    // One that has come back in the meantime; or one that only seemed to be away, which is better than no answer.
    const last = replicas.pick() ?? replicas.pickLost();
    if (!last) throw error;
    return last.reader.read<Row>(statement, caller).catch(() => {
      throw error;
    });
  }
}

interface Asked {
  statement: Statement;
  caller: Caller | undefined;
}

function hasTime(caller: Caller | undefined): boolean {
  return caller === undefined || performance.now() < caller.until;
}

/** The pool's one time-out is for waiting and connecting alike; a connection of ours keeps to its own, shorter one. */
function openWriters(url: string, timeouts: Timeouts, max: number): Pool {
  class Writer extends Client {
    constructor() {
      super(clientConfig(url, timeouts));
    }
  }
  return new Pool({ Client: Writer, connectionTimeoutMillis: timeouts.queue, max });
}

/** Where one connection is silent, those that nothing waits for may be too: each would cost somebody a time-out. */
async function heed<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSilence(error)) while (pool.idleCount > 0) (await pool.connect()).release(true);
    throw error;
  }
}

async function transact<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query("begin");
    const result = await work(asTransaction(client));
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(onError);
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

function asTransaction(client: PoolClient): Transaction {
  return {
    client,
    read: async (statement) => (await client.query(statement.text, [...statement.values])).rows,
  };
}
