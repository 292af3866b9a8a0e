import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientBase } from "pg";
import { migrations } from "../../migrations";
import type * as DataSources from "./data-source";
import { isLockTimeout } from "./faults";
import { startupConfig } from "./startup";

/** Between two tries to get a lock: who waited behind the first has its turn. */
const PAUSE_MS = 500;
const TRIES_TO_TELL = 5;
const LOCK_POLL_MS = 50;

/** Brings the schema up to date; tells how many migrations were run. Processes that start together wait for each other. */
export async function migrate(url: string): Promise<number> {
  const client = new Client(startupConfig(url));
  // Whoever waits for it is told; without a listener, a connection that is lost would end the process.
  client.on("error", () => {});
  await client.connect();
  return migrateBy(client, url).finally(() => client.end());
}

/** Like `migrate`, by a connection to the same database: others wait until it ends. */
export async function migrateBy(client: Client, url: string): Promise<number> {
  await lockSchema(client, "disconnect");
  const done = new Set(await readDone(client));
  const missing = migrations.filter(({ name }) => !done.has(timeOf(name)));
  if (missing.length > 0) await run(url);
  return missing.length;
}

/**
 * Lets one process at a time change the schema, until it commits or disconnects. The others wait without a statement under
 * way: an index that is made concurrently waits for every statement that has begun, so one that waited for the lock would
 * have both wait without end.
 */
export async function lockSchema(client: ClientBase, until: "commit" | "disconnect"): Promise<void> {
  const lock = until === "commit" ? "pg_try_advisory_xact_lock" : "pg_try_advisory_lock";
  const isLocked = async () =>
    (await client.query(`select ${lock}(hashtext('daily-papers schema')) as got`)).rows[0].got;
  while (!(await isLocked())) await sleep(LOCK_POLL_MS);
}

/** The times of the migrations that were run, which TypeORM writes down. */
async function readDone(client: Client): Promise<string[]> {
  const { rows: tables } = await client.query("select to_regclass('migrations') is not null as exists");
  if (!tables[0].exists) return [];
  const { rows } = await client.query<{ timestamp: string }>("select timestamp from migrations");
  return rows.map(({ timestamp }) => timestamp);
}

/** The time that a migration's name ends with. */
function timeOf(name: string): string {
  return name.slice(-13);
}

/**
 * Runs what is missing, each in a transaction of its own. One that cannot have a table at once, behind a backup, say, would
 * hold up all reads that come after it: it gives up, and comes again when they had their turn, for as long as it takes.
 */
async function run(url: string): Promise<void> {
  // Most starts have nothing to run, and need not wait for it to load.
  const { createDataSource } = require("./data-source") as typeof DataSources;
  const dataSource = await createDataSource(url).initialize();
  try {
    for (let tries = 1; ; tries++) {
      try {
        await dataSource.runMigrations({ transaction: "each" });
        return;
      } catch (error) {
        if (!isLockTimeout(error)) throw error;
        if (tries === TRIES_TO_TELL) console.error("Bringing the database up to date waits for a long transaction.");
        await sleep(PAUSE_MS * (0.5 + Math.random()));
      }
    }
  } finally {
    await dataSource.destroy();
  }
}
