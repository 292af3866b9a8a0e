import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { pipeline as pipe } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { ClientBase } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import split from "split2";
import type { QueryRunner } from "typeorm";
import { migrations } from "../../migrations";
import { createDataSource } from "../db/data-source";
import { lockSchema } from "../db/migrate";
import { ExpectedError } from "../expected-error";
import { END, END_OF_ROWS, TITLE } from "./backup.service";
import { copyOf, readMigrations, readSequences, readTables, type Table } from "./tables";

type Lines = AsyncIterator<string>;

/** Rows are sent in pieces of so many characters. */
const PIECE = 65_536;

/**
 * Puts a backup in place of what a database holds, in one transaction: after a failure all is as it was. Its tables are
 * made anew, so the database has a new history; then the schema is brought up to date. Throws ExpectedErrors.
 */
export async function restore(url: string, file: string, { replace }: { replace: boolean }): Promise<void> {
  const dataSource = await createDataSource(url).initialize();
  const runner = dataSource.createQueryRunner();
  const lines = linesOf(file);
  try {
    const client: ClientBase = await runner.connect();
    await runner.startTransaction();
    const names = await readHead(lines, file);
    await requireOnlyUser(client, replace);
    await runAgain(runner, client, names);
    await readRows(client, lines, file);
    await runMissing(runner, names);
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

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file";
  if (code?.startsWith("Z_")) return `it is no whole backup (${message})`;
  return message;
}

function linesOf(file: string): Lines {
  // What goes wrong is told where the lines are read.
  return pipeline(createReadStream(file), createGunzip(), split("\n"), () => {})[Symbol.asyncIterator]();
}

async function next(lines: Lines, file: string): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new ExpectedError(`${file} was not restored: it is cut off.`);
  return value;
}

/** The migrations that the backup's tables come of. */
async function readHead(lines: Lines, file: string): Promise<Set<string>> {
  if ((await next(lines, file)) !== TITLE) throw new ExpectedError(`${file} is no backup that npm run backup made.`);
  const names = new Set<string>(JSON.parse((await next(lines, file)).slice("-- ".length)));
  const known = new Set(migrations.map(({ name }) => name));
  if ([...names].some((name) => !known.has(name))) {
    throw new ExpectedError(`${file} was made by a newer version of this program: restore it with that one.`);
  }
  return names;
}

/** Nobody else may be connected: what they have read would be wrong without a word. And nothing is lost unasked. */
async function requireOnlyUser(client: ClientBase, replace: boolean): Promise<void> {
  // Whoever starts meanwhile waits, as for migrations, until all is there.
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
    throw new ExpectedError(
      "The database is not empty. To put the backup in place of all that it holds, add --replace.",
    );
  }
}

/** Takes all tables away, and makes those of the backup. */
async function runAgain(runner: QueryRunner, client: ClientBase, names: Set<string>): Promise<void> {
  // First, since to take a table away some migrations read it.
  await empty(client);
  const done = new Set(await readMigrations(client));
  for (const Migration of [...migrations].reverse()) if (done.has(Migration.name)) await new Migration().down(runner);
  await client.query("delete from migrations");
  await run(runner, (name) => names.has(name));
  await empty(client);
}

async function empty(client: ClientBase): Promise<void> {
  const tables = await readTables(client);
  await client.query(`truncate ${tables.map(({ name }) => `"${name}"`).join(", ")}`);
}

function runMissing(runner: QueryRunner, names: Set<string>): Promise<void> {
  return run(runner, (name) => !names.has(name));
}

async function run(runner: QueryRunner, isMeant: (name: string) => boolean): Promise<void> {
  for (const Migration of migrations.filter(({ name }) => isMeant(name))) {
    await new Migration().up(runner);
    const time = Migration.name.slice(-13);
    await runner.query("insert into migrations (timestamp, name) values ($1, $2)", [time, Migration.name]);
  }
}

/** Nothing in the file is run as it stands: each line has to be one that a backup holds. */
async function readRows(client: ClientBase, lines: Lines, file: string): Promise<void> {
  const tables = new Map((await readTables(client)).map((table) => [`${copyOf(table)} from stdin;`, table]));
  const sequences = new Set(await readSequences(client));
  for (let line = await next(lines, file); line !== END; line = await next(lines, file)) {
    const table = tables.get(line);
    const [, sequence = "", value, isCalled] = /^select setval\('"(\w+)"', (\d+), (true|false)\);$/.exec(line) ?? [];
    if (table) await copyRows(client, table, rowsOf(lines, file));
    else if (sequences.has(sequence)) await client.query("select setval($1, $2, $3)", [sequence, value, isCalled]);
    else throw new ExpectedError(`${file} was not restored: it holds "${line.slice(0, 60)}", which no backup does.`);
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
