import { setTimeout as sleep } from "node:timers/promises";
import type { ClientBase } from "pg";
import type { Database, Transaction } from "./database";
import { Sql, sql } from "./sql";

/**
 * All advisory locks, by the texts that PostgreSQL hashes into keys. Never change a text: processes of two versions run side
 * by side, and migrations use them, too.
 */
export const LOCKS = {
  /** Held by the transaction that changes several papers or feeds. */
  papers: "daily-papers import",
  /** Shared by imports of many items while they run. */
  importing: "daily-papers importing",
  /** Held by the transaction that finds neighbors of papers. */
  neighbors: "daily-papers neighbors",
  /** Held by the transaction that sequences changes. */
  sequencer: "daily-papers changes",
  /** With a mailbox as the second key: held by the transaction that changes its subscriptions. */
  mailbox: "daily-papers digest",
  /** Held by the process that loads the sample. */
  sample: "daily-papers sample",
  /** Held by the process that changes the schema. */
  schema: "daily-papers schema",
  /** Of the embedded server: held by the process that creates its role and database. */
  role: "daily-papers role",
  /** Of the embedded server: held by the process that will stop it. */
  owner: "daily-papers owner",
} as const;

/** A lock's key as SQL text. */
export function lockKey(name: keyof typeof LOCKS): string {
  return `hashtext('${LOCKS[name]}')`;
}

const keyOf = (name: keyof typeof LOCKS): Sql => new Sql([lockKey(name)], []);

/** Runs work under an advisory lock, exclusive ("alone") or shared, among all processes on a database; waits for the lock. */
export async function withLock<T>(
  { pool }: Database,
  kind: "alone" | "shared",
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const suffix = kind === "shared" ? "_shared" : "";
  try {
    await client.query(`select pg_advisory_lock${suffix}(hashtext($1))`, [name]);
    const result = await work();
    await client.query(`select pg_advisory_unlock${suffix}(hashtext($1))`, [name]);
    client.release();
    return result;
  } catch (error) {
    // The connection itself may have failed; closing it releases the lock, too.
    client.release(true);
    throw error;
  }
}

/** Excludes other changes of several papers or feeds until the transaction ends, as their row locks could deadlock. */
export async function lockImports(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(${keyOf("papers")})`);
}

/** SQL condition: no import of many items is running, and none begins until the transaction ends. */
export const noImportGoesOn: Sql = sql`pg_try_advisory_xact_lock(${keyOf("importing")})`;

/** Excludes other comparing of papers until the transaction ends; false when another process does so already. */
export async function tryLockNeighbors(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(${keyOf("neighbors")}) as got`);
  return row!.got;
}

/** Excludes other sequencing of changes until the transaction ends. */
export async function lockSequencer(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(${keyOf("sequencer")})`);
}

/** Excludes other subscribing and erasing of a mailbox (a normalized address) until the transaction ends. */
export async function lockMailbox(tx: Transaction, mailbox: string): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(${keyOf("mailbox")}, hashtext(${mailbox}))`);
}

const LOCK_POLL_MS = 50;

/**
 * Lets one process at a time change the schema, until it commits or disconnects. The others poll rather than block: creating
 * an index concurrently waits for all running statements, so a blocking lock statement would deadlock with it.
 */
export async function lockSchema(client: ClientBase, until: "commit" | "disconnect"): Promise<void> {
  const lock = until === "commit" ? "pg_try_advisory_xact_lock" : "pg_try_advisory_lock";
  const isLocked = async () => (await client.query(`select ${lock}(${lockKey("schema")}) as got`)).rows[0].got;
  while (!(await isLocked())) await sleep(LOCK_POLL_MS);
}
