import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { PoolClient } from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { Database } from "../db/database";
import { ExpectedError } from "../expected-error";
import { copyOf, readMigrations, readSequences, readTables } from "./tables";

/** The first line of every backup; the second holds which migrations its tables come of. */
export const TITLE = "-- Daily Papers API, backup 1";
/** The last line: without it a backup was cut off. */
export const END = "-- end";
/** Ends the rows of a table, as in pg_dump's plain format, which this is. */
export const END_OF_ROWS = "\\.";

/**
 * Writes all rows as of one moment into a file, gzipped, while everything else goes on. Only its owner may read it; until
 * all is in it, it has another name.
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
  // Sequences are in no snapshot: read last, none is behind the rows.
  for (const name of await readSequences(client)) {
    const { rows } = await client.query(`select last_value, is_called from "${name}"`);
    yield `select setval('"${name}"', ${rows[0].last_value}, ${rows[0].is_called});\n`;
  }
  yield `${END}\n`;
  await client.query("commit");
}
