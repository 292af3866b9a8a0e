import { Client, type ClientConfig, types } from "pg";
import { type Sharing, type Turn, Turns } from "../async/turns";
import { rateLimited, serviceUnavailable } from "../graphql/errors";
import { isTimeout } from "./postgres-errors";
import { PreparedStatements } from "./prepared-statements";
import type { Statement } from "./sql";
import { WITHOUT_TRANSACTION_TIMEOUT } from "./startup";
import { clientConfig, type Timeouts } from "./timeouts";

/**
 * Reads on pipelined connections: statements of one cycle of the event loop are sent in one write, each prepared once per
 * connection unless it says otherwise. Long statements have connections of their own, for which callers take turns.
 */
export interface Reader {
  /** One attempt: a broken connection fails its pending statements. Without a turn, a statement is the process's own. */
  query<Row>(statement: Statement, turn?: Turn): Promise<Row[]>;
  /** Closes the connections, which fails pending statements; the next read opens others. */
  reset(): void;
  close(): Promise<void>;
}

interface Connection {
  client: Promise<Client>;
  statements: PreparedStatements;
  pending: number;
  /** The key of the last statement's caller. */
  caller: string;
}

const THE_PROCESS: Turn = { key: "process", until: Number.POSITIVE_INFINITY };
/** Most long reads of one caller that wait. An operation has a few dozen at most. */
const MAX_WAITING = 500;
const RETRY_AFTER_SECONDS = 2;

/** Connections that one caller's long reads may use: one read on each while there are other callers. */
const EACH = 2;

/**
 * Turns for long reads, as many as there are connections for them. A caller that is alone has two reads on each of its
 * connections, so that the next one is already queued while one runs.
 */
const sharing: Sharing = {
  all: 3 * EACH,
  each: EACH,
  eachAlone: 2 * EACH,
  waiting: MAX_WAITING,
  refuse: (reason, isAtShare) =>
    isAtShare || reason === "too many wait"
      ? rateLimited(
          "Your other operations use your whole share of the database; wait for them, or request less at a time.",
          RETRY_AFTER_SECONDS,
        )
      : serviceUnavailable("The database is busy with other callers; try again soon."),
};

// A calendar day has no time zone: node-postgres would turn it into local midnight.
types.setTypeParser(types.builtins.DATE, (day) => day);

/** Delays writes to the next tick, to send statements together: a system call costs more than a statement. */
function gatherWrites({ connection: { stream } }: Client): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * Creates a reader with `connections` for the short statements of each of two kinds of planning, and others for long ones;
 * each is opened when it is needed, and again after it was lost. Never run a transaction through it.
 */
export function createReader(url: string, timeouts: Timeouts, connections = 2): Reader {
  const config = clientConfig(url, timeouts);
  const once = openConnections(config, connections);
  const others = openConnections(config, connections);
  const long = openConnections(config, sharing.all, EACH);
  const turns = new Turns(sharing);
  const all = [once, others, long];

  async function queryInTurn<Row>(statement: Statement, turn: Turn): Promise<Row[]> {
    const end = await turns.take(turn);
    return long.query<Row>(statement, turn).finally(end);
  }

  return {
    async query<Row>(statement: Statement, turn = THE_PROCESS) {
      try {
        if (statement.isLong) return await queryInTurn<Row>(statement, turn);
        return await (statement.planning === "once" ? once : others).query<Row>(statement, turn);
      } catch (error) {
        if (isTimeout(error)) for (const each of all) each.dropIdle();
        throw error;
      }
    },
    reset() {
      for (const each of all) each.reset();
    },
    async close() {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}

function leastPending(connections: readonly Connection[]): Connection {
  return connections.reduce((a, b) => (b.pending < a.pending ? b : a));
}

interface Connections extends Pick<Reader, "reset" | "close"> {
  query<Row>(statement: Statement, turn: Turn): Promise<Row[]>;
  /** Closes idle connections: after one connection has timed out, they may be dead, too. */
  dropIdle(): void;
}

/** `each` is the number of connections on which one caller may have statements. */
function openConnections(config: ClientConfig, connections: number, each = connections): Connections {
  const pool: (Connection | undefined)[] = Array(connections).fill(undefined);

  function establish(slot: number): Connection {
    const client = new Client({ ...config, pipeline: true });
    const connection: Connection = {
      client: client
        .connect()
        .then(() => client.query(WITHOUT_TRANSACTION_TIMEOUT))
        .then(() => client),
      statements: new PreparedStatements(client, true),
      pending: 0,
      caller: "",
    };
    const forget = () => {
      if (pool[slot] === connection) pool[slot] = undefined;
    };
    client.on("error", forget);
    client.on("end", forget);
    connection.client.catch(forget);
    pool[slot] = connection;
    return connection;
  }

  // A slow statement delays those queued behind it, so the least busy connection is used.
  function leastBusy(caller: string): Connection {
    const open = pool.filter((connection) => connection !== undefined);
    const own = open.filter((connection) => connection.pending > 0 && connection.caller === caller);
    if (own.length >= each) return leastPending(own);
    const idle = open.find((connection) => connection.pending === 0);
    const free = pool.indexOf(undefined);
    if (idle || free < 0) return idle ?? leastPending(open);
    return establish(free);
  }

  async function query<Row>(statement: Statement, { key }: Turn): Promise<Row[]> {
    const connection = leastBusy(key);
    connection.caller = key;
    connection.pending++;
    try {
      const client = await connection.client;
      gatherWrites(client);
      return await connection.statements.run<Row>(statement);
    } finally {
      connection.pending--;
    }
  }

  function drop(isMeant: (connection: Connection) => boolean): void {
    pool.forEach((connection, slot) => {
      if (!connection || !isMeant(connection)) return;
      pool[slot] = undefined;
      connection.client.then((client) => client.connection.stream.destroy()).catch(() => {});
    });
  }

  return {
    query,
    dropIdle: () => drop(({ pending }) => pending === 0),
    reset: () => drop(() => true),
    async close() {
      await Promise.allSettled(pool.map(async (connection) => (await connection?.client)?.end()));
    },
  };
}
