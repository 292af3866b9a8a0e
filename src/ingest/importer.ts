import type { WritableDb } from "../db/database";
import { problemOf } from "./check-look";
import { titleKey } from "./fold";
import type { ImportItem, PaperLook } from "./look";
import { findSeemingNew } from "./match";
import { mergeLooks } from "./merge";

export interface ImportReport {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
}

export interface ImportOptions {
  /** Looks merged in one transaction; a quarter of that in the first. */
  batchSize?: number;
  /** Stops between batches; what was committed stays. */
  signal?: AbortSignal;
  onMerged?: (look: PaperLook, paperId: number) => void;
  /** Told after each batch; what was read is all created, updated, unchanged or rejected then. */
  onBatch?: (report: Readonly<ImportReport>) => void;
  onRejected?: (place: string, reason: string) => void;
  onNote?: (place: string, note: string) => void;
}

const DEFAULT_BATCH_SIZE = 1000;

/**
 * Reads items as they come and merges them batch by batch, each in a transaction of its own. Of two batches at a time, one
 * merges while the next is read and staged; nothing more is held in memory.
 */
export async function importItems(
  db: WritableDb,
  items: AsyncIterable<ImportItem> | Iterable<ImportItem>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const report: ImportReport = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 };
  const most = options.batchSize ?? DEFAULT_BATCH_SIZE;
  // Nothing merges while the first batch is staged: a small one is so the sooner.
  let size = Math.ceil(most / 4);
  let batch = new Batch();
  let merging: Promise<void> = Promise.resolve();
  const flush = async () => {
    const before = merging;
    merging = merge(batch.looks, before);
    // Whoever waits for it hears of a failure; until then it is no unhandled one.
    merging.catch(() => {});
    batch = new Batch();
    size = most;
    await before;
  };
  const merge = async (looks: PaperLook[], turn: Promise<void>) => {
    let left = looks;
    while (left.length > 0) {
      const seemNew = await findSeemingNew(db, left);
      const result = await db.bulk((tx) => mergeLooks(tx, left, turn, seemNew));
      report.read += result.merged.length;
      report.created += result.created;
      report.updated += result.updated;
      report.unchanged += result.unchanged;
      for (const { look, paperId } of result.merged) options.onMerged?.(look, paperId);
      left = result.deferred;
    }
    if (looks.length > 0) options.onBatch?.(report);
  };
  // What was read before a source failed is not lost.
  let failure: { error: unknown } | undefined;
  async function* untilFailure() {
    try {
      yield* items;
    } catch (error) {
      failure = { error };
    }
  }
  for await (const item of untilFailure()) {
    if (options.signal?.aborted) break;
    const checked = check(item);
    if ("rejected" in checked) {
      report.read++;
      report.rejected++;
      options.onRejected?.(checked.rejected.place, checked.rejected.reason);
      continue;
    }
    const { look, notes } = checked;
    for (const note of notes) options.onNote?.(look.place, note);
    if (batch.looks.length >= size || batch.has(look)) await flush();
    batch.add(look);
  }
  await flush();
  await merging;
  if (failure) throw failure.error;
  return report;
}

function check(item: ImportItem): ImportItem {
  const problem = "look" in item ? problemOf(item.look) : null;
  return "look" in item && problem ? { rejected: { place: item.look.place, reason: problem.reason } } : item;
}

/** Looks of which no two can be of the same paper by their own keys, as `mergeLooks` asks. */
class Batch {
  readonly looks: PaperLook[] = [];
  private readonly keys = new Set<string>();

  has(look: PaperLook): boolean {
    return keysOf(look).some((key) => this.keys.has(key));
  }

  add(look: PaperLook): void {
    this.looks.push(look);
    for (const key of keysOf(look)) this.keys.add(key);
  }
}

function keysOf(look: PaperLook): string[] {
  const title = `title ${titleKey(look.title)}`;
  return look.arxivId ? [title, `arxiv ${look.arxivId}`] : [title];
}
