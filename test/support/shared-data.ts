import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "../../src/root";

const folder = path.join(root, "../shared/data");

/** The large real files lie beside the project, not in it. */
export const sharedData = {
  items: path.join(folder, "huggingface/daily-papers-2024-03-to-2026-05.jsonl.gz"),
  earlierItems: path.join(folder, "huggingface/earlier-snapshots.jsonl.gz"),
  arxivFeeds: path.join(folder, "arxiv/atom"),
  arxivPapers: path.join(folder, "arxiv/arxiv-papers.jsonl.gz"),
  page: path.join(folder, "daily-papers-page.txt"),
};

/** `describe`, or, where the files are missing, a skipped one that says so. */
export function describeWithSharedData(name: string, body: () => void): void {
  const isHere = existsSync(folder);
  if (!isHere) console.warn(`Skipped: "${name}" needs ../shared/data, which is not here.`);
  (isHere ? describe : describe.skip)(name, body);
}
