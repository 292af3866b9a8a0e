import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../db/database";
import { lockSchema } from "../../db/locks";
import { isLockTimeout } from "../../db/postgres-errors";
import { type Sql, sql } from "../../db/sql";
import type { Log } from "../../log";

/** Longest wait for the table, and of all statements queued behind it, and the pause in which these can run: as of migrations. */
const LOCK_TIMEOUT = "500ms";
const PAUSE_MS = 500;

/**
 * SQL condition: `paper_vectors` has the column in which pgvector compares. It goes when the extension is dropped, and is made again
 * after a restore.
 */
export function hasVectorColumn(): Sql {
  return sql`exists (
    select from pg_attribute where attrelid = to_regclass('paper_vectors') and attname = 'meaning'
      and atttypid = to_regtype('halfvec')
  )`;
}

/**
 * Adds the column where the database has the extension pgvector, which is no migration's: it may come and go at any time. All
 * writers fill it, as it is generated. The table is written anew, for which those who read or write vectors wait.
 */
export async function addVectorColumn(db: Pick<Database, "primary" | "bulk">, log: Log): Promise<void> {
  try {
    const [found] = await db.primary.query<{ version: string; isUsable: boolean; isThere: boolean }>(sql`
      select extversion as version, to_regtype('halfvec') is not null as "isUsable", ${hasVectorColumn()} as "isThere"
      from pg_extension where extname = 'vector'`);
    if (!found) return;
    const { version, isUsable, isThere } = found;
    if (!isUsable) {
      log.warn({ version }, "pgvector is older than 0.7 or not in the search_path: papers are compared in memory");
      return;
    }
    if (!isThere) await add(db);
    log.info({ version }, "papers are compared in the database, by pgvector");
  } catch (err) {
    log.warn({ err }, "pgvector cannot be used: papers are compared in memory");
  }
}

async function add(db: Pick<Database, "bulk">): Promise<void> {
  for (;;) {
    try {
      return await db.bulk(async (tx) => {
        await lockSchema(tx.client, "commit");
        const [found] = await tx.query<{ isThere: boolean }>(sql`select ${hasVectorColumn()} as "isThere"`);
        if (found!.isThere) return;
        await tx.client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
        await tx.client.query(CONVERSION);
        await tx.client.query(COLUMN);
      });
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * Null for an empty vector. Bytes are signed, and small enough for half precision to hold each. They are in the order of the series,
 * which sorting would need as many copies of the vector for; and one that is stored elsewhere, or compressed, is read once for all.
 */
const CONVERSION = `
  create or replace function paper_meaning(vector bytea) returns halfvec
    language sql immutable strict parallel safe
    return (
      select array(
        select (get_byte(v.bytes, i) + 128) % 256 - 128 from generate_series(0, octet_length(v.bytes) - 1) i
      )::halfvec
      from (select vector || '' as bytes where vector <> '' offset 0) v
    )`;

/** Kept in the row itself up to 4,000 dimensions: each value that PostgreSQL puts elsewhere takes several times as long to read. */
const COLUMN = `
  alter table paper_vectors
    add column meaning halfvec generated always as (paper_meaning(vector)) stored,
    alter column meaning set storage main,
    set (toast_tuple_target = 8160)`;
