import type { Database } from "../db/database";
import { LOCKS, withLock } from "../db/locks";
import type { ImportReport } from "../ingest/batch-merger";
import { importItems } from "../ingest/importer";
import { mergeListing } from "../ingest/merge/merge-listing";
import type { ImportItem } from "../ingest/source-record";

/** A whole reading of a day's list. */
interface DayList {
  day: string;
  items: readonly ImportItem[];
  observedAt: Date;
  /** Whether papers that it no longer lists leave the day. */
  isBelieved: boolean;
}

/**
 * Merges a day's list, and takes out what has moved to another day. No feed closes meanwhile. Idempotent. Returns what became of
 * the items, and the number of papers taken out.
 */
export function importDay(
  db: Database,
  { day, items, observedAt, isBelieved }: DayList,
): Promise<ImportReport & { moved: number }> {
  return withLock(db, "shared", LOCKS.importing, async () => {
    const paperIds: number[] = [];
    const report = await importItems(db, items, {
      // In one transaction, unless a paper stands in the list twice.
      batchSize: Math.max(4 * items.length, 4),
      onMerged: (_, paperId) => paperIds.push(paperId),
    });
    const isWhole = report.rejected === 0 && isBelieved;
    const listing = { source: "huggingface", day, observedAt, paperIds } as const;
    const moved = isWhole ? await db.bulk((tx) => mergeListing(tx, listing)) : [];
    return { ...report, moved: moved.length };
  });
}
