import { type FetchOptions, fetchDays } from "./huggingface.client";
import { readHuggingFaceItem } from "./huggingface.reader";
import { readJson } from "./json.source";
import type { ImportItem } from "./look";

/** The items of files, one after the other; places name the file where there are several. */
export async function* readHuggingFaceFiles(files: readonly string[]): AsyncGenerator<ImportItem> {
  for (const file of files) {
    const seenAt = new Date();
    const prefix = files.length > 1 ? `${file} ` : "";
    for await (const item of readJson(file)) {
      if ("rejected" in item) yield { rejected: { ...item.rejected, place: prefix + item.rejected.place } };
      else yield readHuggingFaceItem(item.value, { place: prefix + item.place, seenAt });
    }
  }
}

/** The items of the live source, day by day. */
export async function* readHuggingFaceDays(options: FetchOptions): AsyncGenerator<ImportItem> {
  for await (const { day, items, seenAt } of fetchDays(options)) {
    for (const [i, value] of items.entries()) {
      yield readHuggingFaceItem(value, { place: `${day} item ${i + 1}`, day, seenAt });
    }
  }
}
