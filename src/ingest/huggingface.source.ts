import { stat } from "node:fs/promises";
import { type FetchOptions, fetchDays } from "./huggingface.client";
import { readHuggingFaceItem } from "./huggingface.reader";
import { readJson } from "./json.source";
import type { ImportItem } from "./look";

/** Told the part of the input that has been read, 0 to 1; never called when its size is not known. */
export type OnProgress = (part: number) => void;

/** The items of files, one after the other; places name the file where there are several. */
export async function* readHuggingFaceFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let read = 0;
  for (const [i, file] of files.entries()) {
    const seenAt = await now();
    const prefix = files.length > 1 ? `${file} ` : "";
    for await (const item of readJson(file)) {
      if (Number.isFinite(total)) onProgress((read + item.bytesRead) / total);
      if ("rejected" in item) yield { rejected: { ...item.rejected, place: prefix + item.rejected.place } };
      else yield readHuggingFaceItem(item.value, { place: prefix + item.place, seenAt });
    }
    read += sizes[i]!;
  }
}

/** In bytes; NaN for standard input and for what is not there. */
async function sizeOf(file: string): Promise<number> {
  if (file === "-") return Number.NaN;
  return stat(file).then(
    ({ size }) => size,
    () => Number.NaN,
  );
}

const DAY_MS = 86_400_000;

/** The items of the live source, day by day. */
export async function* readHuggingFaceDays(
  options: FetchOptions,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  const first = Date.parse(options.from);
  const days = (Date.parse(options.to) - first) / DAY_MS + 1;
  for await (const { day, items, seenAt } of fetchDays(options)) {
    onProgress(((Date.parse(day) - first) / DAY_MS + 1) / days);
    for (const [i, value] of items.entries()) {
      yield readHuggingFaceItem(value, { place: `${day} item ${i + 1}`, day, seenAt });
    }
  }
}
