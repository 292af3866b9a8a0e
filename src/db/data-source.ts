import "reflect-metadata";
import type { ClientBase } from "pg";
import { DataSource } from "typeorm";
import { migrations } from "../../migrations";
import { PostgresNaming } from "./naming";
import { startupConfig, WITHOUT_TRANSACTION_TIMEOUT } from "./startup";

/** So long a migration waits for a table, and all who come after it behind it: less than a read may wait. */
const LOCK_TIMEOUT_MS = 500;

/** TypeORM's view of a database. Migrations need no entities: they are plain SQL. */
export function createDataSource(url: string, entities: string[] = []): DataSource {
  const { connectionString, options } = startupConfig(url, { lock_timeout: String(LOCK_TIMEOUT_MS) });
  return new DataSource({
    type: "postgres",
    url: connectionString,
    entities,
    migrations,
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    // A failure is thrown, too; one to get a lock is none.
    logger: "debug",
    extra: { options, onConnect: (client: ClientBase) => client.query(WITHOUT_TRANSACTION_TIMEOUT) },
  });
}
