import { Client, type ClientConfig, types } from "pg";
import { rateLimited, serviceUnavailable } from "../errors";
import { type Caller, type Sharing, Turns } from "../turns";
import { isSilence } from "./faults";
import { NamedStatements } from "./named-statements";
import type { Planning, Statement } from "./sql";
import { clientConfig, type Timeouts } from "./timeouts";

/**
 * Reads on pipelined connections: statements that are asked for at once leave in one write, each prepared once per
 * connection unless it says otherwise. Those that may take long have connections of their own, one statement on each at a
 * time, for which callers take turns.
 */
export interface Reader {
  /** One try: a connection that breaks fails what waits for it. What is for no caller in particular is the process' own. */
  read<Row>(statement: Statement, caller?: Caller): Promise<Row[]>;
  /** Breaks the connections, so that nothing waits any longer; the next read opens others. */
  reset(): void;
  close(): Promise<void>;
}

interface Connection {
  client: Promise<Client>;
  statements: NamedStatements;
  pending: number;
  /** Null until it was told. */
  planMode: PlanMode | null;
}

/** PostgreSQL's plan_cache_mode. */
type PlanMode = "auto" | "force_generic_plan";
const modeOf = (planning: Planning): PlanMode => (planning === "once" ? "force_generic_plan" : "auto");

const THE_PROCESS: Caller = { key: "process", until: Number.POSITIVE_INFINITY };
/** Of one caller's long reads. An operation has some dozens at most. */
const MAX_WAITING = 500;
const RETRY_AFTER_SECONDS = 2;

/** Long reads, by the connection: one caller has half of them at most. */
const sharing: Sharing = {
  all: 4,
  each: 2,
  waiting: MAX_WAITING,
  refuse: (reason, isAtShare) =>
    isAtShare || reason === "too many wait"
      ? rateLimited(
          "Your other operations take all of the database that you may have at a time; wait for them, or ask for less at once.",
          RETRY_AFTER_SECONDS,
        )
      : serviceUnavailable("The database has too much to do for others; try again soon."),
};

// A calendar day has no zone: node-postgres would turn it into local midnight.
types.setTypeParser(types.builtins.DATE, (day) => day);

/** Sees to it that a connection plans what comes next in this way; no answer to that is waited for. */
function plan(client: Client, connection: Connection, mode: PlanMode): void {
  if (connection.planMode === mode) return;
  connection.planMode = mode;
  client.query(`set plan_cache_mode = ${mode}`).catch(() => {});
}

/** Holds back what is written until all that is at hand has been asked for: a system call costs more than a statement. */
function gatherWrites({ connection: { stream } }: Client): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * Opens so many connections for the short statements of each kind of planning when they are first needed, and again after
 * one was lost; those for long ones likewise. Never run a transaction through it.
 */
export function createReader(url: string, timeouts: Timeouts, connections = 2): Reader {
  const config = clientConfig(url, timeouts);
  const once = openLines(config, connections);
  const others = openLines(config, connections);
  const long = openLines(config, sharing.all);
  const turns = new Turns(sharing);
  const all = [once, others, long];

  async function readInTurn<Row>(statement: Statement, caller: Caller): Promise<Row[]> {
    const end = await turns.take(caller);
    return long.read<Row>(statement).finally(end);
  }

  return {
    async read<Row>(statement: Statement, caller = THE_PROCESS) {
      try {
        if (statement.isLong) return await readInTurn<Row>(statement, caller);
        return await (statement.planning === "once" ? once : others).read<Row>(statement);
      } catch (error) {
        if (isSilence(error)) for (const each of all) each.dropIdle();
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

interface Lines extends Pick<Reader, "reset" | "close"> {
  read<Row>(statement: Statement): Promise<Row[]>;
  /** Breaks the connections that nothing waits for: where one is silent, they may be too. */
  dropIdle(): void;
}

function openLines(config: ClientConfig, connections: number): Lines {
  const pool: (Connection | undefined)[] = Array(connections).fill(undefined);

  function establish(slot: number): Connection {
    const client = new Client({ ...config, pipeline: true });
    const connection: Connection = {
      client: client.connect().then(() => client),
      statements: new NamedStatements(client),
      pending: 0,
      planMode: null,
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

  // A slow statement holds up what is written behind it, so the least busy connection is taken.
  function leastBusy(): Connection {
    const open = pool.filter((connection) => connection !== undefined);
    const idle = open.find((connection) => connection.pending === 0);
    const free = pool.indexOf(undefined);
    if (idle || free < 0) return idle ?? open.reduce((a, b) => (b.pending < a.pending ? b : a));
    return establish(free);
  }

  async function read<Row>(statement: Statement): Promise<Row[]> {
    const connection = leastBusy();
    connection.pending++;
    try {
      const client = await connection.client;
      gatherWrites(client);
      const text = statement.text;
      plan(client, connection, modeOf(statement.planning));
      const result = await client.query({
        name: statement.planning === "anew" ? undefined : connection.statements.nameOf(text),
        text,
        values: [...statement.values],
      });
      return result.rows;
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
    read,
    dropIdle: () => drop(({ pending }) => pending === 0),
    reset: () => drop(() => true),
    async close() {
      await Promise.allSettled(pool.map(async (connection) => (await connection?.client)?.end()));
    },
  };
}
