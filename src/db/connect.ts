import { Client } from "pg";
import { ExpectedError } from "../expected-error";
import { within } from "../within";
import { type Database, openDatabase } from "./database";
import { migrateBy } from "./migrate";
import type { ReplicaSettings } from "./replicas";
import { findServer, type Server, type ServerOptions } from "./server";
import { isTold, startupConfig } from "./startup";
import type { Timeouts } from "./timeouts";

const OLDEST_VERSION = 15;
/** Statements that are still at work when all should be done are left to the end of the process. */
const CLOSING_MS = 1000;

interface Settings {
  timeouts?: Timeouts;
  replicas?: ReplicaSettings | null;
}

/** An up-to-date database. `close` also stops the embedded server, if this process owns it. */
export async function connect(options: ServerOptions): Promise<Database> {
  return connectTo(await findServer(options));
}

/** Like `connect`, to a server that was found before. */
export async function connectTo(server: Server, { timeouts, replicas }: Settings = {}): Promise<Database> {
  try {
    await prepare(server.url);
    const db = await openDatabase(server.url, timeouts, replicas);
    return {
      ...db,
      close: async () => {
        await within(CLOSING_MS, db.close());
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Sees that the database can be used, and brings its schema up to date. */
async function prepare(connectionString: string): Promise<void> {
  const client = new Client({ ...startupConfig(connectionString), connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new ExpectedError(`DATABASE_URL: no connection to ${describe(connectionString)}: ${reason(error)}.`);
  }
  try {
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding,
        ${isTold} as "isTold"`,
    );
    const problem = problemOf(rows[0]);
    if (problem) throw new ExpectedError(`DATABASE_URL: ${describe(connectionString)} is ${problem}.`);
    await migrateBy(client, connectionString).catch((error) => {
      throw new ExpectedError(`The database cannot be brought up to date: ${error.message}.`);
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
  if (!isTold)
    return "behind a pooler, such as PgBouncer, that keeps back how a session begins; name PostgreSQL itself";
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_VERSION) return `PostgreSQL ${major}; ${OLDEST_VERSION} or newer is needed`;
  // Titles hold every script; another encoding would refuse some of them, or take bytes as they come.
  if (encoding !== "UTF8") {
    return `encoded in ${encoding}; make one that takes all text: create database NAME encoding 'UTF8' template template0`;
  }
  return null;
}

/** Without user and password. */
function describe(connectionString: string): string {
  const { host, pathname, searchParams } = new URL(connectionString);
  return `${host || searchParams.get("host")}${pathname}`;
}

function reason(error: unknown): string {
  // A name with several addresses fails with one error each.
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
