import { openDatabase } from "../../../src/db/database";
import { migrate } from "../../../src/db/migrate";
import { urlOf, withClient, withServer } from "../server";
import { compareSizes, type Made } from "./compare";
import { grow } from "./grow";
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
  // What is asked again and again stays in memory at every size, as on a server that is set up for its data.
  shared_buffers: "2GB",
};

/**
 * Makes one database of more and more papers, keeps a copy at each size, and compares them. A million papers take 8 GB of
 * disk, half as much again while they are made, and some 15 minutes.
 */
export async function measureScale(papers: number): Promise<void> {
  if (!Number.isInteger(papers) || papers < 1) throw new Error("--scale takes a number of papers.");
  await withServer(async (url) => {
    await migrate(url);
    await withClient(url, stageStock);
    const made: Made[] = [];
    for (const size of [...SIZES.filter((each) => each < papers), papers]) {
      await growTo(url, made.at(-1)?.papers ?? 0, size);
      made.push({ papers: size, url: size === papers ? url : await copyOf(url, size) });
    }
    await compareSizes(made);
  }, SETTINGS);
}

async function growTo(url: string, from: number, to: number): Promise<void> {
  const start = Date.now();
  const db = await openDatabase(url);
  await withClient(url, async (client) => {
    await grow(client, db, from, to);
    const { rows } = await client.query(`
      select (select count(*) from authors) || ' authors, ' || (select count(*) from authorships) || ' authorships, '
        || (select count(*) from upvotes) || ' upvotes, ' || pg_size_pretty(pg_database_size(current_database())) as made`);
    console.log(`${to} papers, ${rows[0].made}: made in ${((Date.now() - start) / 1000).toFixed(0)} s`);
  });
  await db.close();
}

async function copyOf(url: string, papers: number): Promise<string> {
  const template = new URL(url).pathname.slice(1);
  const copy = `${template}_${papers}`;
  await withClient(urlOf(url, "postgres"), (client) =>
    client.query(`create database ${copy} template ${template} strategy file_copy`),
  );
  return urlOf(url, copy);
}
