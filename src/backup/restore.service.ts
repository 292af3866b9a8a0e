import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { pipeline as pipe } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import split from "split2";
import type { QueryRunner } from "typeorm";
import { migrations } from "../../migrations";
import { ExpectedError } from "../config/expected-error";
import type * as DataSources from "../db/data-source";
import { lockSchema } from "../db/locks";
import { whyUnreadable } from "../inputs/unreadable";
import { END, END_OF_ROWS, TITLE } from "./backup.service";
import { copyOf, readMigrations, readSequences, readTables, type Table } from "./tables";

type Lines = AsyncIterator<string>;

/** Characters of the pieces in which rows are sent. */
const PIECE = 65_536;

/**
 * Replaces a database's data by a backup, in one transaction: a failure changes nothing. The tables are recreated, which
 * begins a new history, and then migrated. Throws ExpectedError.
 */
export async function restore(url: string, file: string, { replace }: { replace: boolean }): Promise<void> {
  // Loaded late: it takes as long as all else, which the usage and most mistakes do not need.
  const { createDataSource } = require("../db/data-source") as typeof DataSources;
  const dataSource = await createDataSource(url).initialize();
  const runner = dataSource.createQueryRunner();
  const lines = linesOf(file);
  try {
    const client: ClientBase = await runner.connect();
    await runner.startTransaction();
    const migrationNames = await readHead(lines, file);
    await requireOnlyConnection(client, replace);
    await recreateTables(runner, client, migrationNames);
    await readRows(client, lines, file);
    await migrateOn(runner, migrationNames);
    await runner.commitTransaction();
    await client.query("analyze");
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error instanceof ExpectedError ? error : new ExpectedError(`${file} was not restored: ${reasonOf(error)}.`);
  } finally {
    await lines.return?.();
    await runner.release();
    await dataSource.destroy();
  }
}

function reasonOf(thrown: unknown): string {
  const error = thrown as NodeJS.ErrnoException;
  if (error.code?.startsWith("Z_")) return `it is not a complete backup (${error.message})`;
  return whyUnreadable(error) ?? error.message;
}

function linesOf(file: string): Lines {
  // Errors surface where the lines are read.
  return pipeline(createReadStream(file), createGunzip(), split("\n"), () => {})[Symbol.asyncIterator]();
}

async function next(lines: Lines, file: string): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new ExpectedError(`${file} was not restored: it is cut off.`);
  return value;
}

/** Reads the migrations of the backup's tables. */
async function readHead(lines: Lines, file: string): Promise<Set<string>> {
  if ((await next(lines, file)) !== TITLE) throw new ExpectedError(`${file} is not a backup made by npm run backup.`);
  const names = new Set<string>(JSON.parse((await next(lines, file)).slice("-- ".length)));
  const known = new Set(migrations.map(({ name }) => name));
  if ([...names].some((name) => !known.has(name))) {
    throw new ExpectedError(`${file} was made by a newer version of this program: restore it with that one.`);
  }
  return names;
}

/** Refuses while others are connected, whose data would silently become wrong, and refuses to overwrite data unless asked to. */
async function requireOnlyConnection(client: ClientBase, replace: boolean): Promise<void> {
  // Processes that start meanwhile wait until the end, as for migrations.
  await lockSchema(client, "commit");
  await client.query("set local lock_timeout = 0");
  const { rows } = await client.query(`
    select (select count(*)::int from pg_stat_activity where datname = current_database() and usename = current_user
        and backend_type = 'client backend' and pid <> pg_backend_pid()) as others,
      exists (select from papers) or exists (select from users) or exists (select from digest_subscriptions) as "isFull"`);
  if (rows[0].others > 0) {
    throw new ExpectedError("The database is in use: stop the API and the workers, and restore again.");
  }
  if (rows[0].isFull && !replace) {
    throw new ExpectedError("The database is not empty. To replace all of its data by the backup, add --replace.");
  }
}

/** Drops all tables, and creates those of the backup. */
async function recreateTables(runner: QueryRunner, client: ClientBase, names: Set<string>): Promise<void> {
  // First, since some migrations read a table before they drop it.
  await emptyTables(client);
  const done = new Set(await readMigrations(client));
  for (const Migration of [...migrations].reverse()) if (done.has(Migration.name)) await new Migration().down(runner);
  await client.query("delete from migrations");
  await migrate(runner, (name) => names.has(name));
  await emptyTables(client);
}

async function emptyTables(client: ClientBase): Promise<void> {
  const tables = await readTables(client);
  await client.query(`truncate ${tables.map(({ name }) => `"${name}"`).join(", ")}`);
}

/** Brings the tables of the backup up to this version. */
function migrateOn(runner: QueryRunner, names: Set<string>): Promise<void> {
  return migrate(runner, (name) => !names.has(name));
}

async function migrate(runner: QueryRunner, isMeant: (name: string) => boolean): Promise<void> {
  for (const Migration of migrations.filter(({ name }) => isMeant(name))) {
    await new Migration().up(runner);
    const time = Migration.name.slice(-13);
    await runner.query("insert into migrations (timestamp, name) values ($1, $2)", [time, Migration.name]);
  }
}

/** Reads rows and sequences. No text of the file is run as SQL: each line must be one that a backup can contain. */
async function readRows(client: ClientBase, lines: Lines, file: string): Promise<void> {
  const tables = new Map((await readTables(client)).map((table) => [`${copyOf(table)} from stdin;`, table]));
  const sequences = new Set(await readSequences(client));
  for (let line = await next(lines, file); line !== END; line = await next(lines, file)) {
    const table = tables.get(line);
    const [, sequence = "", value, isCalled] = /^select setval\('"(\w+)"', (\d+), (true|false)\);$/.exec(line) ?? [];
    if (table) await copyRows(client, table, rowsOf(lines, file));
    else if (sequences.has(sequence)) await client.query("select setval($1, $2, $3)", [sequence, value, isCalled]);
    else
      throw new ExpectedError(
        `${file} was not restored: it contains "${line.slice(0, 60)}", which is not part of a backup.`,
      );
  }
}

async function copyRows(client: ClientBase, table: Table, rows: AsyncIterable<string>): Promise<void> {
  await pipe(Readable.from(rows), client.query(copyFrom(`${copyOf(table)} from stdin`)));
}

async function* rowsOf(lines: Lines, file: string): AsyncGenerator<string> {
  let piece = "";
  for (let line = await next(lines, file); line !== END_OF_ROWS; line = await next(lines, file)) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece) yield piece;
}
