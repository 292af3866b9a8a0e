import "reflect-metadata";
import path from "node:path";
import { Client } from "pg";
import { DataSource } from "typeorm";
import { PostgresNaming } from "./naming";

const source = path.join(__dirname, "..");

/** The ordinary pool, for migrations, transactions and writes. */
export function createDataSource(url: string): DataSource {
  return new DataSource({
    type: "postgres",
    url,
    entities: [path.join(source, "**/*.entity.ts")],
    migrations: [path.join(source, "../migrations/*.ts")],
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    extra: { options: "-c timezone=UTC" },
    poolSize: 10,
  });
}

/** Brings the schema up to date. Processes that start together wait for each other. */
export async function migrate(dataSource: DataSource, url: string): Promise<number> {
  const lock = new Client({ connectionString: url });
  await lock.connect();
  try {
    await lock.query("select pg_advisory_lock(hashtext('daily-papers migrations'))");
    return (await dataSource.runMigrations({ transaction: "each" })).length;
  } finally {
    await lock.end();
  }
}
