import { stat } from "node:fs/promises";
import type { ImportItem } from "../source-record";
import { type FetchOptions, fetchDays } from "./huggingface.client";
import { readHuggingFaceItem } from "./huggingface.reader";
import { readJson } from "./json.source";

/** Called with the part of the input that has been read, 0 to 1; never when its size is unknown. */
export type OnProgress = (part: number) => void;

/** The items of files, one after the other; places name the file if there are several. */
export async function* readHuggingFaceFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  const sizes = await Promise.all(files.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let read = 0;
  for (const [i, file] of files.entries()) {
    const observedAt = await now();
    const prefix = files.length > 1 ? `${file} ` : "";
    for await (const item of readJson(file)) {
      if (Number.isFinite(total)) onProgress((read + item.bytesRead) / total);
      if ("rejected" in item) yield { rejected: { ...item.rejected, place: prefix + item.rejected.place } };
      else yield readHuggingFaceItem(item.value, { place: prefix + item.place, observedAt });
    }
    read += sizes[i]!;
  }
}

/** In bytes; NaN for standard input and for missing files. */
async function sizeOf(file: string): Promise<number> {
  if (file === "-") return Number.NaN;
  return stat(file).then(
    ({ size }) => size,
    () => Number.NaN,
  );
}

/** The items of the live source, day by day. */
export async function* readHuggingFaceDays(
  options: FetchOptions,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  for await (const { day, items, observedAt, part } of fetchDays(options)) {
    onProgress(part);
    for (const [i, value] of items.entries()) {
      yield readHuggingFaceItem(value, { place: `${day} item ${i + 1}`, day, observedAt });
    }
  }
}
