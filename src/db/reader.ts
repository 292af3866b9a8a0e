import { Client, type ClientConfig, types } from "pg";
import { isSilence } from "./faults";
import type { Statement } from "./sql";
import { clientConfig, type Timeouts } from "./timeouts";

/**
 * Reads on pipelined connections: statements that are asked for at once leave in one write, each prepared once per
 * connection unless it says otherwise.
 */
export interface Reader {
  /** One try: a connection that breaks fails what waits for it. */
  read<Row>(statement: Statement): Promise<Row[]>;
  /** Breaks the connections, so that nothing waits any longer; the next read opens others. */
  reset(): void;
  close(): Promise<void>;
}

interface Connection {
  client: Promise<Client>;
  pending: number;
}

// A calendar day has no zone: node-postgres would turn it into local midnight.
types.setTypeParser(types.builtins.DATE, (day) => day);

/** Filters combine freely, so texts are many: beyond this number they run unnamed and cost the server no memory. */
const MAX_NAMED_STATEMENTS = 500;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MAX_NAMED_STATEMENTS) return known;
  const name = `r${names.size}`;
  names.set(text, name);
  return name;
}

/** Holds back what is written until all that is at hand has been asked for: a system call costs more than a statement. */
function gatherWrites({ connection: { stream } }: Client): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * Opens so many connections for each kind of planning when they are first needed, and again after one was lost. Never run
 * a transaction through it.
 */
export function createReader(url: string, timeouts: Timeouts, connections = 2): Reader {
  const config = clientConfig(url, timeouts);
  const plansOnce = clientConfig(url, timeouts, { plan_cache_mode: "force_generic_plan" });
  const [once, others] = [openLines(plansOnce, connections), openLines(config, connections)];
  return {
    async read(statement) {
      try {
        return await (statement.planning === "once" ? once : others).read(statement);
      } catch (error) {
        if (isSilence(error)) for (const each of [once, others]) each.dropIdle();
        throw error;
      }
    },
    reset() {
      once.reset();
      others.reset();
    },
    async close() {
      await Promise.all([once.close(), others.close()]);
    },
  };
}

interface Lines extends Reader {
  /** Breaks the connections that nothing waits for: where one is silent, they may be too. */
  dropIdle(): void;
}

function openLines(config: ClientConfig, connections: number): Lines {
  const pool: (Connection | undefined)[] = Array(connections).fill(undefined);

  function establish(slot: number): Connection {
    const client = new Client({ ...config, pipeline: true });
    const connection: Connection = { client: client.connect().then(() => client), pending: 0 };
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
      const result = await client.query({
        name: statement.planning === "anew" ? undefined : nameOf(text),
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
