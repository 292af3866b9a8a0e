import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { migrations } from "../../migrations";
import type * as DataSources from "./data-source";
import { lockSchema } from "./locks";
import { isLockTimeout } from "./postgres-errors";
import { startupConfig } from "./startup";

/** Pause between two attempts to lock a table, in which statements that queued behind the first can run. */
const PAUSE_MS = 500;
const TRIES_TO_TELL = 5;

/** Migrates the schema; returns the number of migrations that were run. Processes that start together wait for each other. */
export async function migrate(url: string): Promise<number> {
  const client = new Client(startupConfig(url));
  // Pending queries get the error anyway; without a listener, a lost connection would end the process.
  client.on("error", () => {});
  await client.connect();
  return migrateBy(client, url).finally(() => client.end());
}

/** Like `migrate`, by a connection to the same database: other processes wait until it ends. */
export async function migrateBy(client: Client, url: string): Promise<number> {
  await lockSchema(client, "disconnect");
  const done = new Set(await readDone(client));
  const missing = migrations.filter(({ name }) => !done.has(timeOf(name)));
  if (missing.length > 0) await run(url);
  return missing.length;
}

/** The timestamps of the migrations that were run, as TypeORM records them. */
async function readDone(client: Client): Promise<string[]> {
  const { rows: tables } = await client.query("select to_regclass('migrations') is not null as exists");
  if (!tables[0].exists) return [];
  const { rows } = await client.query<{ timestamp: string }>("select timestamp from migrations");
  return rows.map(({ timestamp }) => timestamp);
}

/** The timestamp at the end of a migration's name. */
function timeOf(name: string): string {
  return name.slice(-13);
}

/**
 * Runs the missing migrations, each in a transaction of its own. One that waits for a table, behind a backup for instance,
 * would block all later reads: it gives up, lets them run, and tries again for as long as it takes.
 */
async function run(url: string): Promise<void> {
  // Loaded late: most starts have nothing to run.
  const { createDataSource } = require("./data-source") as typeof DataSources;
  const dataSource = await createDataSource(url).initialize();
  try {
    for (let tries = 1; ; tries++) {
      try {
        await dataSource.runMigrations({ transaction: "each" });
        return;
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
        if (tries === TRIES_TO_TELL) console.error("The migration is waiting for a long transaction to end.");
        await sleep(PAUSE_MS * (0.5 + Math.random()));
      }
    }
  } finally {
    await dataSource.destroy();
  }
}
