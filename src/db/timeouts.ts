import type { ClientConfig } from "pg";
import { defaultLimits, type Limits } from "../config/limits";
import { startupConfig } from "./startup";

/** Timeouts of the database's work for one operation of the API, in milliseconds. */
export interface Timeouts {
  connect: number;
  /** Longest wait of a write for a connection, behind others for the same paper, for instance. */
  queue: number;
  /** The server ends a statement after this. */
  statement: number;
  /** The client gives up a statement after this, including its wait in the queue, if the server does not respond at all. */
  query: number;
  /** The server ends a statement that has waited this long for a lock. */
  lock: number;
  idleInTransaction: number;
}

/** The database timeouts among the limits. */
export function timeoutsOf(given: Limits): Timeouts {
  return {
    connect: given.DATABASE_CONNECT_TIMEOUT_MS,
    queue: given.OPERATION_TIMEOUT_MS - given.DATABASE_QUERY_TIMEOUT_MS,
    statement: given.DATABASE_STATEMENT_TIMEOUT_MS,
    query: given.DATABASE_QUERY_TIMEOUT_MS,
    lock: given.DATABASE_LOCK_TIMEOUT_MS,
    idleInTransaction: given.DATABASE_IDLE_TIMEOUT_MS,
  };
}

export const defaultTimeouts = timeoutsOf(defaultLimits);

/** Connection options for `url` with the timeouts. */
export function clientConfig(url: string, timeouts: Timeouts): ClientConfig {
  return {
    // Statements are short: starting parallel workers takes 50 ms, more than the rest of one.
    ...startupConfig(url, { max_parallel_workers_per_gather: "0" }),
    keepAlive: true,
    connectionTimeoutMillis: timeouts.connect,
    statement_timeout: timeouts.statement,
    query_timeout: timeouts.query,
    lock_timeout: timeouts.lock,
    idle_in_transaction_session_timeout: timeouts.idleInTransaction,
  };
}
