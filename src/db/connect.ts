import { Client } from "pg";
import { withTimeout } from "../async/with-timeout";
import { ExpectedError } from "../config/expected-error";
import { type Database, openDatabase } from "./database";
import { migrateBy } from "./migrate";
import { firstError, isPermissionDenied } from "./postgres-errors";
import type { ReplicaSettings } from "./replicas/replicas";
import { findServer, type Server, type ServerOptions } from "./server";
import { describeUrl, isTold, startupConfig } from "./startup";
import type { Timeouts } from "./timeouts";

const OLDEST_VERSION = 15;
/** Statements that still run after this long are left to end with the process. */
const CLOSING_MS = 1000;

interface Settings {
  timeouts?: Timeouts;
  replicas?: ReplicaSettings | null;
}

/** Connects to a migrated database. `close` also stops the embedded server, if this process owns it. Throws ExpectedError. */
export async function connect(options: ServerOptions): Promise<Database> {
  return connectTo(await findServer(options));
}

/** Like `connect`, to a server that is already known. */
export async function connectTo(server: Server, { timeouts, replicas }: Settings = {}): Promise<Database> {
  try {
    await prepare(server);
    const db = await openDatabase(server.url, timeouts, replicas);
    return {
      ...db,
      close: async () => {
        await withTimeout(CLOSING_MS, db.close());
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Checks that the database can be used, and migrates it. */
async function prepare({ url: connectionString, setting }: Server): Promise<void> {
  const client = new Client({ ...startupConfig(connectionString), connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new ExpectedError(`${setting}: no connection to ${describeUrl(connectionString)}: ${reason(error)}.`);
  }
  try {
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
        ${isTold} as "isTold",
        format('%I owner to %I', current_database(), current_user) as names`,
    );
    const problem = problemOf(rows[0]);
    if (problem) throw new ExpectedError(`${setting}: ${describeUrl(connectionString)} is ${problem}.`);
    await migrateBy(client, connectionString).catch((error) => {
      const hint = isPermissionDenied(error) ? ` Its user must own it: alter database ${rows[0].names}.` : "";
      throw new ExpectedError(`The database cannot be migrated: ${error.message}.${hint}`);
    });
  } finally {
    await client.end();
  }
}

function problemOf({
  version,
  encoding,
  isTold,
}: {
  version: number;
  encoding: string;
  isTold: boolean;
}): string | null {
  if (!isTold) return "behind a pooler, such as PgBouncer, that drops startup parameters; connect to PostgreSQL itself";
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_VERSION) return `PostgreSQL ${major}; ${OLDEST_VERSION} or newer is needed`;
  // Titles use every script; another encoding would refuse some of them, or store bytes unchecked.
  if (encoding !== "UTF8") {
    return `encoded in ${encoding}; create one that stores all text: create database NAME encoding 'UTF8' template template0`;
  }
  return null;
}

function reason(error: unknown): string {
  const first = firstError(error);
  return first instanceof Error ? first.message : String(first);
}
