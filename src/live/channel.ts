import { type Sql, sql } from "../db/sql";

/** PostgreSQL's channel on which every process hears that there are new changes to read. */
export const CHANNEL = "daily_papers_changes";

/** Tells every process, once the transaction is committed. What changed is in the tables: a notification may get lost. */
export const ring: Sql = sql`select pg_notify(${CHANNEL}, '')`;
