import { fork } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { openDatabase } from "../../src/db/database";
import { migrate } from "../../src/db/migrate";
import { importItems } from "../../src/ingest/importer";
import { messageOf } from "./contenders";
import { records } from "./data";
import { median } from "./load";
import { urlOf, withClient, withServer } from "./server";

/** All tables that an import fills, rankings apart, each after those that it refers to. */
const TABLES = [
  "organizations",
  "papers",
  "authors",
  "authorships",
  "words",
  "topics",
  "topic_spellings",
  "category_counts",
  "feed_days",
  "feed_entries",
  "featured_months",
  "imported_votes",
  "trending_scores",
  "paper_looks",
  "paper_touches",
  "paper_vectors",
  "neighbor_backlog",
  "embedding_backlog",
];

const BATCH_SIZE = 1000;

interface Options {
  papers: number;
  rounds: number;
}

interface Measured {
  /** How fast the import is beside a COPY of the rows that it makes: the quotient of the medians of their times. */
  ratio: number;
  /** Milliseconds that the import takes over a batch of 1,000 papers. */
  p50: number;
  p99: number;
}

/**
 * Times the import of papers with their authors, feeds and votes into an empty database, in turn with the least that any
 * import has to do: COPY of the very rows that come out, into the same tables with the same indexes and constraints. The
 * ranking of feeds and ANALYZE, which come after either, are left out.
 */
async function measureImport(options: Options): Promise<Measured> {
  return withServer((serverUrl, folder) =>
    withClient(serverUrl, async (admin) => {
      /** Gives `work` an empty, migrated database that nothing was written to yet. */
      const withEmpty = async <T>(work: (url: string) => Promise<T>): Promise<T> => {
        await admin.query("create database import_bench template import_template");
        await admin.query("checkpoint");
        try {
          return await work(urlOf(serverUrl, "import_bench"));
        } finally {
          await admin.query("drop database import_bench with (force)");
        }
      };
      await admin.query("create database import_template");
      await migrate(urlOf(serverUrl, "import_template"));
      // The first import warms up the code, too.
      await withEmpty(async (url) => {
        await timeImport(url, options.papers);
        await dump(url, folder);
      });
      const copies: number[] = [];
      const imports: number[][] = [];
      for (let round = 0; round < options.rounds; round++) {
        copies.push(await withEmpty((url) => timeCopy(url, folder)));
        imports.push(await withEmpty((url) => timeImport(url, options.papers)));
      }
      const batches = imports.flat().sort((a, b) => a - b);
      return {
        ratio: median(copies) / median(imports.map((times) => times.reduce((sum, time) => sum + time))),
        p50: median(batches),
        p99: batches[Math.floor(batches.length * 0.99)]!,
      };
    }),
  );
}

/** Milliseconds of each batch. */
async function timeImport(url: string, papers: number): Promise<number[]> {
  const db = await openDatabase(url);
  try {
    const times: number[] = [];
    let last = performance.now();
    const onBatch = () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
    };
    await importItems(db, records(papers), { batchSize: BATCH_SIZE, onBatch });
    return times;
  } finally {
    await db.close();
  }
}

/** Milliseconds for all tables. */
function timeCopy(url: string, folder: string): Promise<number> {
  return withClient(url, async (client) => {
    const start = performance.now();
    for (const table of TABLES) {
      await pipeline(createReadStream(fileOf(folder, table)), client.query(copyFrom(`copy ${table} from stdin`)));
    }
    return performance.now() - start;
  });
}

function dump(url: string, folder: string): Promise<void> {
  return withClient(url, async (client) => {
    await client.query("analyze");
    const filled = await client.query(
      "select relname as name from pg_class where relkind = 'r' and reltuples > 0 and relnamespace = 'public'::regnamespace and relname <> 'migrations'",
    );
    const forgotten = filled.rows.filter(({ name }) => !TABLES.includes(name));
    if (forgotten.length > 0) throw new Error(`The import fills ${forgotten.map(({ name }) => name)} too.`);
    for (const table of TABLES) {
      await pipeline(client.query(copyTo(`copy ${table} to stdout`)), createWriteStream(fileOf(folder, table)));
    }
  });
}

function fileOf(folder: string, table: string): string {
  return path.join(folder, `${table}.copy`);
}

/** Like `measureImport`, in a process of its own, as an import runs. */
export async function measureImportApart(options: Options): Promise<Measured> {
  const child = fork(__filename, [JSON.stringify(options)], { execArgv: ["--require", "tsx/cjs"] });
  return (await messageOf("the import", child)) as Measured;
}

async function main(): Promise<void> {
  const measured = await measureImport(JSON.parse(process.argv[2]!));
  process.send!(measured, () => process.disconnect());
}

if (require.main === module) void main();
