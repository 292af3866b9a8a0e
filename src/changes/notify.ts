import { type Sql, sql } from "../db/sql";

/** The PostgreSQL channel that notifies every process of new changes. */
export const CHANNEL = "daily_papers_changes";

/** Notifies every process once the transaction is committed. Changes are read from the tables, as notifications may be lost. */
export const notify: Sql = sql`select pg_notify(${CHANNEL}, '')`;
