import { Client, type ClientBase, Pool, type PoolClient } from "pg";
import type { Turn } from "../async/turns";
import { listenForNotifications, type NotificationListener } from "./notification-listener";
import { createReader, type Reader } from "./pipelined-reader";
import { isReplicaFailure, isServerFailure, isTimeout, retry } from "./postgres-errors";
import { PreparedStatements } from "./prepared-statements";
import { type ReplicaSettings, type ReplicaState, type Replicas, watchReplicas } from "./replicas/replicas";
import type { Statement } from "./sql";
import { startupConfig, WITHOUT_TRANSACTION_TIMEOUT } from "./startup";
import { clientConfig, defaultTimeouts, type Timeouts } from "./timeouts";

/** What reading services need. */
export type Db = Pick<Reader, "query">;

/** What writing services need. What a lost connection or a conflict ended is run again, so it must be idempotent. */
export interface WritableDb extends Db {
  /** One statement that changes rows, on separate connections, so that waiting for a lock delays no read. */
  write<Row>(statement: Statement): Promise<Row[]>;
  /** Commits when `work` resolves, rolls back when it throws. It shares the connections and timeouts of `write`. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction of many rows, without timeouts: imports and rankings. */
  bulk<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** One transaction on a connection of its own. */
export interface Transaction extends Db {
  client: PoolClient;
}

/** What the API needs, which also listens for changes. */
export interface LiveDb extends WritableDb {
  /** Reads everything that is committed, whereas `query` may read a replica that lags a little. */
  primary: Db;
  /**
   * A short transaction of the process itself, one at a time, with the timeouts of `transaction` but on a connection of its
   * own, so that it does not queue behind requests.
   */
  background<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Listens for notifications on a channel; see `listenForNotifications`. */
  listen(channel: string, onNotify: () => void): NotificationListener;
}

export interface Database extends LiveDb {
  /** Connections without timeouts, for long work. */
  pool: Pool;
  /** The number of replicas in a state. */
  replicas(state: ReplicaState): number;
  /** The number of connections for writes, and of those idle, and of requests waiting for one. */
  writers(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

const WRITE_CONNECTIONS = 5;
const BULK_CONNECTIONS = 10;

/** Opens a database, with its replicas if any. */
export async function openDatabase(
  url: string,
  timeouts: Timeouts = defaultTimeouts,
  replicaSettings: ReplicaSettings | null = null,
): Promise<Database> {
  const pool = new Pool({ ...startupConfig(url), max: BULK_CONNECTIONS, onConnect });
  const reader = createReader(url, timeouts);
  const primary: Db = { query: (statement, turn) => retry(() => reader.query(statement, turn)) };
  const replicas = replicaSettings && watchReplicas(url, replicaSettings, timeouts);
  const writers = openWriters(url, timeouts, WRITE_CONNECTIONS);
  const background = openWriters(url, timeouts, 1);
  // The pool replaces a broken connection; without an error listener, idle or in use, it would end the process.
  for (const each of [pool, writers, background]) {
    each.on("error", () => {});
    each.on("connect", (client) => client.on("error", () => {}));
  }
  return {
    pool,
    query: replicas ? (statement, turn) => readAnywhere({ statement, turn }, replicas, primary) : primary.query,
    primary,
    replicas: (state) => replicas?.count(state) ?? 0,
    write: (statement) => retry(() => dropIdleOnTimeout(writers, () => write(writers, statement))),
    transaction: (work) => retry(() => dropIdleOnTimeout(writers, () => transact(writers, work))),
    background: (work) => retry(() => transact(background, work)),
    bulk: (work) => retry(() => transact(pool, work)),
    listen: (channel, onNotify) => listenForNotifications(url, timeouts, channel, onNotify),
    writers: () => ({ total: writers.totalCount, idle: writers.idleCount, waiting: writers.waitingCount }),
    async close() {
      await Promise.all([replicas?.close(), reader.close(), writers.end(), background.end(), pool.end()]);
    },
  };
}

/**
 * Reads a replica, else the primary. A replica that fails is excluded and the read repeated on the primary, which is safe as
 * it changes nothing. If the primary is unavailable or times out, a replica is read while the turn has time left.
 */
async function readAnywhere<Row>({ statement, turn }: Query, replicas: Replicas, primary: Db): Promise<Row[]> {
  const replica = replicas.pick();
  if (replica) {
    try {
      return await replica.reader.query(statement, turn);
    } catch (error) {
      if (isServerFailure(error)) replicas.leaveOut(replica);
      else if (!isReplicaFailure(error)) throw error;
    }
  }
  try {
    return await primary.query(statement, turn);
  } catch (error) {
    if (!hasTime(turn) || !(isServerFailure(error) || isTimeout(error))) throw error;
    // One that has recovered meanwhile, or one that was lost only a moment ago, which is better than an error.
    const last = replicas.pick() ?? replicas.pickLost();
    if (!last) throw error;
    return last.reader.query<Row>(statement, turn).catch(() => {
      throw error;
    });
  }
}

interface Query {
  statement: Statement;
  turn: Turn | undefined;
}

function hasTime(turn: Turn | undefined): boolean {
  return turn === undefined || performance.now() < turn.until;
}

const onConnect = (client: ClientBase) => client.query(WITHOUT_TRANSACTION_TIMEOUT);

/** The pool has one timeout for waiting and connecting; our client class adds its own, shorter one for connecting. */
function openWriters(url: string, timeouts: Timeouts, max: number): Pool {
  class Writer extends Client {
    constructor() {
      super(clientConfig(url, timeouts));
    }
  }
  return new Pool({ Client: Writer, connectionTimeoutMillis: timeouts.queue, max, onConnect });
}

/** After a timeout of one connection, closes the idle ones too: they may be dead as well, and each would cost a timeout. */
async function dropIdleOnTimeout<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTimeout(error)) while (pool.idleCount > 0) (await pool.connect()).release(true);
    throw error;
  }
}

/** The statements of each connection of a pool. */
const prepared = new WeakMap<PoolClient, PreparedStatements>();

function statementsOf(client: PoolClient): PreparedStatements {
  let statements = prepared.get(client);
  if (!statements) {
    statements = new PreparedStatements(client as Client, false);
    prepared.set(client, statements);
  }
  return statements;
}

/** A connection whose statement fails is closed, as the pool's own `query` does. */
async function write<Row>(pool: Pool, statement: Statement): Promise<Row[]> {
  const client = await pool.connect();
  try {
    const rows = await statementsOf(client).run<Row>(statement);
    client.release();
    return rows;
  } catch (error) {
    client.release(error as Error);
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
    // Only a write of one statement has it planned otherwise.
    await prepared.get(client)?.plan("by cost");
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
    query: async (statement) => (await client.query(statement.text, [...statement.values])).rows,
  };
}
