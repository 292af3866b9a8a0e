import type { ImportItem } from "../source-record";
import { type FetchOptions, fetchDays } from "./huggingface.client";
import { readHuggingFaceItem } from "./huggingface.reader";
import { type Measured, type OnProgress, readFiles } from "./input-file";
import { readJson } from "./json.source";

/** The items of files, one after the other; locations name the file if there are several. */
export function readHuggingFaceFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  return readFiles(files, now, onProgress, readFile);
}

async function* readFile(file: string, observedAt: Date): AsyncGenerator<Measured<{ item: ImportItem }>> {
  for await (const { bytesRead, ...read } of readJson(file)) {
    const item = "rejected" in read ? read : readHuggingFaceItem(read.value, { location: read.location, observedAt });
    yield { item, bytesRead };
  }
}

/** The items of the live source, day by day. */
export async function* readHuggingFaceDays(
  options: FetchOptions,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  for await (const { day, items, observedAt, part } of fetchDays(options)) {
    onProgress(part);
    for (const [i, value] of items.entries()) {
      yield readHuggingFaceItem(value, { location: `${day} item ${i + 1}`, day, observedAt });
    }
  }
}
