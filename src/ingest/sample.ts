import { readFile } from "node:fs/promises";
import path from "node:path";
import { databaseNow } from "../db/clock";
import type { Database, Db } from "../db/database";
import { withLock } from "../db/lock";
import { sql } from "../db/sql";
import { root } from "../root";
import { importInBulk } from "./bulk";
import type { readHuggingFaceFiles as ReadFiles } from "./huggingface.source";
import { importItems } from "./importer";
import { readPage } from "./page.reader";

const folder = path.join(root, "sample");
const SAMPLE_PAGE = path.join(folder, "daily-papers-page.txt");
const SAMPLE_ITEMS = path.join(folder, "huggingface-daily-papers.jsonl.gz");

/** A sample is for trying the API: it is no beginning of a database with readers, whom its papers would be mailed to. */
export function wantsSample(config: { SAMPLE?: boolean; DATABASE_URL?: string; SMTP_URL?: string }): boolean {
  return config.SAMPLE ?? (config.DATABASE_URL === undefined && config.SMTP_URL === undefined);
}

export async function hasPapers(db: Db): Promise<boolean> {
  const [row] = await db.read<{ hasPapers: boolean }>(sql`select exists (select from papers) as "hasPapers"`);
  return row!.hasPapers;
}

/**
 * Fills a database that has no papers yet with the sample that comes with the project. Of several first starts one does,
 * and the others wait until all of it is there.
 */
export function loadSample(db: Database, log: (line: string) => void): Promise<void> {
  return withLock(db, "alone", "daily-papers sample", () => fill(db, log));
}

async function fill(db: Database, log: (line: string) => void): Promise<void> {
  if (await hasPapers(db)) return;
  const began = performance.now();
  // Needed at the first start alone.
  const { readHuggingFaceFiles } = require("./huggingface.source") as { readHuggingFaceFiles: typeof ReadFiles };
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
