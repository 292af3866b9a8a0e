import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Database } from "../../../src/db/database";
import { importInBulk, importItems } from "../../../src/ingest/importer";
import { readArxivFiles } from "../../../src/ingest/sources/arxiv.source";
import { readHuggingFaceDays } from "../../../src/ingest/sources/huggingface.source";
import { answerQuery } from "./atom";
import type { FakeSources } from "./fake-sources";
import { listRecords } from "./oai";
import { plusDays, type World } from "./world";

/** Imports all that the sources say at a time, by the commands for it: days by their URL, what arXiv says from files. */
export async function importClean(
  db: Database,
  { world, env }: { world: World } & FakeSources,
  at: number,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-arxiv-"));
  try {
    const ids = world.papers.filter(({ arxiv }) => arxiv === "known").map(({ arxivId }) => arxivId);
    const feed = answerQuery(world, new URL(`http://arxiv/?max_results=${ids.length}&id_list=${ids.join(",")}`), at);
    const files = [path.join(folder, "atom.xml"), path.join(folder, "oai.xml")];
    await writeFile(files[0]!, feed.body);
    await writeFile(files[1]!, listRecords(world, at));
    const now = async () => new Date(at);
    const days = { baseUrl: env.HUGGINGFACE_URL, from: world.from, to: plusDays(world.to, -1), pauseMs: 0, now };
    await importInBulk(db, () => importItems(db, readHuggingFaceDays(days)));
    await importInBulk(db, () => importItems(db, readArxivFiles(files, now)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
