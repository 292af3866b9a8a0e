import { Client } from "pg";
import type { Turn } from "../../src/async/turns";
import { type Database, openDatabase } from "../../src/db/database";
import type { Statement } from "../../src/db/sql";
import { countPaperCountMismatches } from "../../src/facets/count-mismatches";

export const TEMPLATE = "daily_papers_test_template";
/** With the sample; see createSampleDatabase. */
export const SAMPLE_TEMPLATE = "daily_papers_test_sample";

/** The server that all test files share: set by the global setup, which every worker inherits. */
export function serverUrl(database: string): string {
  const url = new URL(process.env.TEST_SERVER_URL!);
  url.pathname = `/${database}`;
  return url.toString();
}

async function connectAsAdmin(): Promise<Client> {
  const client = new Client({ connectionString: serverUrl("postgres") });
  // That the server ends before a test file that did not close its database.
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Lets processes prepare what test files share one after the other: the later ones find it there. */
export async function prepareShared(name: string, prepare: (server: Client) => Promise<void>): Promise<void> {
  const server = await connectAsAdmin();
  try {
    await server.query("select pg_advisory_lock(hashtext($1))", [name]);
    await prepare(server);
  } finally {
    await server.end();
  }
}

export async function admin(statement: string): Promise<void> {
  const client = await connectAsAdmin();
  await client.query(statement).finally(() => client.end());
}

/** Whether the server has an extension that a database can create. */
export async function hasExtension(name: string): Promise<boolean> {
  const client = await connectAsAdmin();
  const { rows } = await client
    .query("select from pg_available_extensions where name = $1", [name])
    .finally(() => client.end());
  return rows.length > 0;
}

export interface TestDatabase extends Database {
  url: string;
  /** Statements read since the last call. */
  takeStatements(): string[];
  /** Runs SQL as it stands, for arranging what a test needs. */
  run<Row = unknown>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Until a statement of this database waits for a lock. Other test files wait for theirs on the same server. */
  lockWait(): Promise<void>;
  reset(): Promise<void>;
  /** Leaves out the check, before the next reset and at the end, that numbers of papers are right: for tests that write papers by SQL. */
  allowWrongCounts(): void;
}

/** The database, but for its reads: all of them are done in this way. */
export function withReads(db: Database, read: (statement: Statement, turn?: Turn) => Promise<unknown[]>): Database {
  const query = read as Database["query"];
  return { ...db, query, primary: { query } };
}

let count = 0;

/** A migrated database of the test file's own, cloned from the template; dropped by `close`. */
export async function createTestDatabase(template: string = TEMPLATE): Promise<TestDatabase> {
  const name = `daily_papers_test_${process.pid}_${Date.now()}_${count++}`;
  const server = await connectAsAdmin();
  // Twice as fast as by the write-ahead log, which PostgreSQL would choose.
  await server.query(`create database ${name} template ${template} strategy file_copy`);
  const url = serverUrl(name);
  const db = await openDatabase(url);
  let statements: string[] = [];
  let areCountsChecked = true;
  const checkCounts = async () => {
    const wrong = areCountsChecked ? await countPaperCountMismatches(db) : {};
    if (Object.keys(wrong).length > 0) throw new Error(`Wrong numbers of papers are kept: ${JSON.stringify(wrong)}.`);
  };
  const run = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> =>
    (await db.pool.query(text, values)).rows;
  const query = <Row>(statement: Statement, turn?: Turn): Promise<Row[]> => {
    statements.push(statement.text);
    return db.query(statement, turn);
  };
  return {
    ...db,
    url,
    query,
    primary: { query },
    takeStatements: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
    run,
    lockWait: async () => {
      const waits =
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and state = 'active'";
      while ((await run(waits)).length === 0);
    },
    allowWrongCounts: () => {
      areCountsChecked = false;
    },
    reset: async () => {
      await checkCounts();
      await run(`
        delete from digest_subscriptions; delete from digest_suppressions; delete from digest_events; delete from webhook_events; delete from webhook_hosts;
        delete from feed_rankings; delete from paper_touches; delete from trending_scores; delete from imported_votes; delete from upvotes; delete from feed_entries; delete from feed_days; delete from authorships;
        delete from paper_looks; delete from papers; delete from authors; delete from words; delete from organizations; delete from users;
        delete from topic_spellings; delete from topics; delete from category_counts; delete from featured_months`);
      areCountsChecked = true;
    },
    close: async () => {
      try {
        await checkCounts();
      } finally {
        await db.close();
        await server.query(`drop database ${name} with (force)`).finally(() => server.end());
      }
    },
  };
}
