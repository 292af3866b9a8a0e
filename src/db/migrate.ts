import { Client } from "pg";
import { migrations } from "../../migrations";
import type * as DataSources from "./data-source";
import { startupConfig } from "./startup";

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
  await client.query("select pg_advisory_lock(hashtext('daily-papers migrations'))");
  return (await isBehind(client)) ? run(url) : 0;
}

/** Whether there is a migration that was not run. TypeORM writes down the time that a migration's name ends with. */
async function isBehind(client: Client): Promise<boolean> {
  const { rows: tables } = await client.query("select to_regclass('migrations') is not null as exists");
  if (!tables[0].exists) return true;
  const { rows } = await client.query<{ timestamp: string }>("select timestamp from migrations");
  const done = new Set(rows.map((row) => row.timestamp));
  return migrations.some(({ name }) => !done.has(name.slice(-13)));
}

async function run(url: string): Promise<number> {
  // Most starts have nothing to run, and need not wait for it to load.
  const { createDataSource } = require("./data-source") as typeof DataSources;
  const dataSource = await createDataSource(url).initialize();
  try {
    return (await dataSource.runMigrations({ transaction: "each" })).length;
  } finally {
    await dataSource.destroy();
  }
}
