import { databaseNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { refusalOf } from "../db/faults";
import { withinBounds } from "./bounds";
import { titleKey } from "./fold";
import type { ImportItem, PaperLook } from "./look";
import { findSeemingNew } from "./match";
import { type MergeResult, mergeLooks } from "./merge";

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
  /** Told, before the import fails, from which place on items may not be merged. */
  onBroken?: (place: string) => void;
}

const DEFAULT_BATCH_SIZE = 1000;

/**
 * Reads items as they come and merges them batch by batch, each in a transaction of its own. Of two batches at a time, one
 * merges while the next is read and staged; nothing more is held in memory. What the database refuses of a batch is
 * rejected, and the rest of it is merged.
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
  let now = await databaseNow(db);
  const reject = (place: string, reason: string) => {
    report.read++;
    report.rejected++;
    options.onRejected?.(place, reason);
  };
  const flush = async () => {
    const before = merging;
    merging = merge(batch.looks, before);
    // Whoever waits for it hears of a failure; until then it is no unhandled one.
    merging.catch(() => {});
    batch = new Batch();
    size = most;
    await before;
    now = await databaseNow(db);
  };
  const merge = async (looks: PaperLook[], turn: Promise<void>) => {
    try {
      await mergeAll(looks, turn);
    } catch (error) {
      // Of a failure before its turn the batch before has told.
      await turn;
      if (looks.length > 0) options.onBroken?.(looks[0]!.place);
      throw error;
    }
    if (looks.length > 0) options.onBatch?.(report);
  };
  const mergeAll = async (looks: PaperLook[], turn?: Promise<void>): Promise<void> => {
    let left = looks;
    while (left.length > 0) {
      const result = await mergeOrReject(left, turn);
      report.read += result.merged.length;
      report.created += result.created;
      report.updated += result.updated;
      report.unchanged += result.unchanged;
      for (const { look, paperId } of result.merged) options.onMerged?.(look, paperId);
      left = result.deferred;
    }
  };
  /** One that is refused is rejected; of several, each half is merged for itself. */
  const mergeOrReject = async (looks: PaperLook[], turn?: Promise<void>): Promise<MergeResult> => {
    try {
      const seemNew = await findSeemingNew(db, looks);
      return await db.bulk((tx) => mergeLooks(tx, looks, turn, seemNew));
    } catch (error) {
      // Not out of turn: the batch before may be of the same papers.
      await turn;
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      if (looks.length === 1) reject(looks[0]!.place, refusal);
      const half = Math.ceil(looks.length / 2);
      if (looks.length > 1) {
        await mergeAll(looks.slice(0, half));
        await mergeAll(looks.slice(half));
      }
      return { created: 0, updated: 0, unchanged: 0, merged: [], deferred: [] };
    }
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
    const checked = withinBounds(item, now);
    if ("rejected" in checked) {
      reject(checked.rejected.place, checked.rejected.reason);
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
