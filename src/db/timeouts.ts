import type { ClientConfig } from "pg";
import { startupConfig } from "./startup";

/** How long the database may take over what an operation of the API needs, in milliseconds. */
export interface Timeouts {
  connect: number;
  /** So long a write waits for one of its connections, behind others for the same paper, say. */
  queue: number;
  /** The server ends a statement after this. */
  statement: number;
  /** The client gives a statement up after this, its wait in the queue included, if the server does not answer at all. */
  query: number;
  /** The server ends a statement that has waited this long for a lock. */
  lock: number;
  idleInTransaction: number;
}

export const defaultTimeouts: Timeouts = {
  connect: 2000,
  queue: 6000,
  statement: 3000,
  query: 4000,
  lock: 1000,
  idleInTransaction: 5000,
};

/** A connection to `url` that keeps to the timeouts. */
export function clientConfig(url: string, timeouts: Timeouts): ClientConfig {
  return {
    // Statements are short: starting parallel workers takes 50 ms, more than all the rest of one.
    ...startupConfig(url, { max_parallel_workers_per_gather: "0" }),
    keepAlive: true,
    connectionTimeoutMillis: timeouts.connect,
    statement_timeout: timeouts.statement,
    query_timeout: timeouts.query,
    lock_timeout: timeouts.lock,
    idle_in_transaction_session_timeout: timeouts.idleInTransaction,
  };
}
