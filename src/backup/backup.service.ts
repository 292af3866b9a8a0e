import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { PoolClient } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { ExpectedError } from "../config/expected-error";
import type { Database } from "../db/database";
import { copyOf, readMigrations, readSequences, readTables } from "./tables";

/** The first line of every backup; the second lists the migrations of its tables. */
export const TITLE = "-- Daily Papers API, backup 1";
/** The last line: a backup without it is truncated. */
export const END = "-- end";
/** Ends the rows of a table, as in pg_dump's plain format, which backups use. */
export const END_OF_ROWS = "\\.";

/**
 * Writes a consistent snapshot of all rows into a gzipped file, without blocking other work. Only its owner may read the file;
 * it has another name until it is complete. Throws ExpectedError when it cannot be written.
 */
export async function backUp({ pool }: Database, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  const client = await pool.connect();
  try {
    await pipeline(Readable.from(dump(client)), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }));
    await rename(draft, file);
    client.release();
  } catch (error) {
    client.release(true);
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw syscall ? new ExpectedError(`${file} cannot be written (${code}).`) : error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function* dump(client: PoolClient): AsyncGenerator<string | Buffer> {
  await client.query("begin transaction isolation level repeatable read, read only");
  yield `${TITLE}\n-- ${JSON.stringify(await readMigrations(client))}\n`;
  for (const table of await readTables(client)) {
    yield `${copyOf(table)} from stdin;\n`;
    yield* client.query(copyTo(`${copyOf(table)} to stdout`));
    yield `${END_OF_ROWS}\n`;
  }
  // Sequences are outside of the snapshot: read last, none is behind the rows.
  for (const name of await readSequences(client)) {
    const { rows } = await client.query(`select last_value, is_called from "${name}"`);
    yield `select setval('"${name}"', ${rows[0].last_value}, ${rows[0].is_called});\n`;
  }
  yield `${END}\n`;
  await client.query("commit");
}
