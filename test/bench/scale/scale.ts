import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { createDataSource, migrate } from "../../../src/db/data-source";
import { type Database, openDatabase } from "../../../src/db/database";
import { startEmbedded } from "../../../src/db/embedded";
import { openAsker } from "./ask";
import { grow } from "./grow";
import { type Question, readQuestions } from "./questions";
import { stageStock } from "./stock";

/** Papers at which it is measured before the number that is asked for. */
const SIZES = [10_000, 100_000];

/** The database does not outlive the run. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "4GB",
  autovacuum: "off",
};

/**
 * Makes one database of more and more papers, and prints the median times of the same questions at each size. Fails when
 * a large table is read from end to end, or when a median grows by more than its question may.
 */
export async function measureScale(papers: number): Promise<void> {
  if (!Number.isInteger(papers) || papers < 1) throw new Error("--scale takes a number of papers.");
  const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-scale-"));
  const server = await startEmbedded({ dataDir, settings: SETTINGS });
  const client = new Client({ connectionString: server.url, options: "-c timezone=UTC" });
  try {
    await client.connect();
    const db = await openMigrated(server.url);
    await stageStock(client);
    const measured: Measured[] = [];
    let made = 0;
    for (const size of [...SIZES.filter((each) => each < papers), papers]) {
      const start = Date.now();
      await grow(client, db, made, size);
      await tell(client, size, Date.now() - start);
      measured.push({ size, times: await measureAll(client, db, size) });
      made = size;
    }
    await db.close();
    print(measured);
  } finally {
    await client.end();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Measured {
  size: number;
  /** Milliseconds, by question. */
  times: Map<Question, number>;
}

async function openMigrated(url: string): Promise<Database> {
  const dataSource = await createDataSource(url).initialize();
  await migrate(dataSource, url);
  await dataSource.destroy();
  return openDatabase(url);
}

async function tell(client: Client, papers: number, ms: number): Promise<void> {
  const { rows } = await client.query(`
    select (select count(*) from authors) || ' authors, ' || (select count(*) from authorships) || ' authorships, '
      || (select count(*) from upvotes) || ' upvotes, ' || pg_size_pretty(pg_database_size(current_database())) as made`);
  console.log(`${papers} papers, ${rows[0].made}: made in ${(ms / 1000).toFixed(0)} s`);
}

async function measureAll(client: Client, db: Database, papers: number): Promise<Map<Question, number>> {
  const asker = await openAsker(db, client);
  const times = new Map<Question, number>();
  try {
    for (const question of await readQuestions(client, papers)) {
      times.set(question, await asker.time(question));
      for (const plan of await asker.faultyPlans(question)) fail(`${question.name} reads a large table:\n${plan}`);
    }
  } finally {
    await asker.close();
  }
  return times;
}

/** One line for each question: its median at each size, and how many times the first one the others are. */
function print(measured: readonly Measured[]): void {
  const row = (cells: string[]) => console.log(cells.map((cell, i) => cell.padEnd(i === 0 ? 32 : 16)).join(""));
  row(["median ms", ...measured.map(({ size }) => `${size} papers`)]);
  const columns = measured.map(({ times }) => [...times]);
  columns[0]!.forEach(([question, first], i) => {
    const cells = columns.map((column) => {
      const growth = column[i]![1] / first;
      if (growth > question.mayGrow) fail(`${question.name} grows ${growth.toFixed(2)} times.`);
      return `${column[i]![1].toFixed(2)} (${growth.toFixed(2)})`;
    });
    row([question.name, ...cells]);
  });
}

function fail(reason: string): void {
  console.error(reason);
  process.exitCode = 1;
}
