import { readFile } from "node:fs/promises";
import path from "node:path";
import { databaseNow } from "../db/clock";
import type { Database, Db } from "../db/database";
import { LOCKS, withLock } from "../db/locks";
import { sql } from "../db/sql";
import { root } from "../root";
import { importInBulk, importItems } from "./importer";
import type { readHuggingFaceFiles as ReadFiles } from "./sources/huggingface.source";
import { readPage } from "./sources/page.reader";

const folder = path.join(root, "sample");
const SAMPLE_PAGE = path.join(folder, "daily-papers-page.txt");
const SAMPLE_ITEMS = path.join(folder, "huggingface-daily-papers.jsonl.gz");

/** The sample is for trying the API, not for a database with readers, who would be mailed its papers. */
export function wantsSample(config: { SAMPLE?: boolean; DATABASE_URL?: string; SMTP_URL?: string }): boolean {
  return config.SAMPLE ?? (config.DATABASE_URL === undefined && config.SMTP_URL === undefined);
}

export async function hasPapers(db: Db): Promise<boolean> {
  const [row] = await db.query<{ hasPapers: boolean }>(sql`select exists (select from papers) as "hasPapers"`);
  return row!.hasPapers;
}

/**
 * Fills a database without papers with the project's sample. Of several processes that start at the same time one does so,
 * and the others wait until it is complete.
 */
export function loadSample(db: Database, log: (line: string) => void): Promise<void> {
  return withLock(db, "alone", LOCKS.sample, () => fill(db, log));
}

async function fill(db: Database, log: (line: string) => void): Promise<void> {
  if (await hasPapers(db)) return;
  const began = performance.now();
  // Needed only at the first start.
  const { readHuggingFaceFiles } = require("./sources/huggingface.source") as {
    readHuggingFaceFiles: typeof ReadFiles;
  };
  const page = readPage(await readFile(SAMPLE_PAGE, "utf8"), { trailingNumber: "upvotes" });
  const created = await importInBulk(db, async () => {
    const first = await importItems(db, page);
    const second = await importItems(
      db,
      readHuggingFaceFiles([SAMPLE_ITEMS], () => databaseNow(db)),
    );
    return first.created + second.created;
  });
  log(`Loaded the sample: ${created} papers in ${Math.round(performance.now() - began)} ms.`);
}
