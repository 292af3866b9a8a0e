import "reflect-metadata";
import type { ClientBase } from "pg";
import { DataSource } from "typeorm";
import { migrations } from "../../migrations";
import { PostgresNaming } from "./naming";
import { startupConfig, WITHOUT_TRANSACTION_TIMEOUT } from "./startup";

/** Longest wait of a migration for a table, and of all statements queued behind it: less than a read may wait. */
const LOCK_TIMEOUT_MS = 500;

/** A database for TypeORM. Migrations need no entities: they are plain SQL. */
export function createDataSource(url: string, entities: string[] = []): DataSource {
  const { connectionString, options } = startupConfig(url, { lock_timeout: String(LOCK_TIMEOUT_MS) });
  return new DataSource({
    type: "postgres",
    url: connectionString,
    entities,
    migrations,
    namingStrategy: new PostgresNaming(),
    installExtensions: false,
    // No logs of failures: they are thrown, and a lock time-out is retried.
    logger: "debug",
    extra: { options, onConnect: (client: ClientBase) => client.query(WITHOUT_TRANSACTION_TIMEOUT) },
  });
}
