import { databaseNow } from "../db/clock";
import type { Database, WritableDb } from "../db/database";
import { LOCKS, withLock } from "../db/locks";
import { rankFeeds } from "../feeds/rank-feeds.service";
import { BatchMerger, type ImportCallbacks, type ImportReport } from "./batch-merger";
import { titleKey } from "./normalize";
import type { ImportItem, SourceRecord } from "./source-record";
import { withinBounds } from "./validate-record";

export interface ImportOptions extends ImportCallbacks {
  /** Records merged in one transaction; a quarter of that in the first. */
  batchSize?: number;
  /** Stops between batches; committed batches stay. */
  signal?: AbortSignal;
  onNote?: (location: string, note: string) => void;
}

const DEFAULT_BATCH_SIZE = 1000;

/**
 * Reads items as a stream and merges them in batches, each in its own transaction. One batch merges while the next is read
 * and staged; nothing else is held in memory. Records that the database refuses are rejected, and the rest of the batch is
 * merged.
 */
export async function importItems(
  db: WritableDb,
  items: AsyncIterable<ImportItem> | Iterable<ImportItem>,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const merger = new BatchMerger(db, options);
  const most = options.batchSize ?? DEFAULT_BATCH_SIZE;
  // Nothing merges while the first batch is staged, so it is a small one.
  let size = Math.ceil(most / 4);
  let batch = new Batch();
  let merging: Promise<void> = Promise.resolve();
  let now = await databaseNow(db);
  const flush = async () => {
    const batchBefore = merging;
    merging = merger.mergeBatch(batch.records, batchBefore);
    // The failure is handled where it is awaited; until then it must not count as unhandled.
    merging.catch(() => {});
    batch = new Batch();
    size = most;
    await batchBefore;
    now = await databaseNow(db);
  };
  // Items that were read before a source failed are not lost.
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
      merger.reject(checked.rejected);
      continue;
    }
    const { record, notes } = checked;
    for (const note of notes) options.onNote?.(record.location, note);
    const keys = keysOf(record);
    if (batch.records.length >= size || batch.hasAny(keys)) await flush();
    batch.add(record, keys);
  }
  await flush();
  await merging;
  if (failure) throw failure.error;
  return merger.report;
}

/** Records of which no two have the same key of a paper, as `mergeRecords` requires. */
class Batch {
  readonly records: SourceRecord[] = [];
  private readonly keys = new Set<string>();

  hasAny(keys: readonly string[]): boolean {
    return keys.some((key) => this.keys.has(key));
  }

  add(record: SourceRecord, keys: readonly string[]): void {
    this.records.push(record);
    for (const key of keys) this.keys.add(key);
  }
}

function keysOf(record: SourceRecord): string[] {
  const title = `title ${titleKey(record.title)}`;
  return record.arxivId ? [title, `arxiv ${record.arxivId}`] : [title];
}

const TABLES =
  "papers, authors, authorships, organizations, topics, topic_spellings, words, feed_entries, feed_days, feed_rankings, feed_ranks";

/**
 * The tables that grew by more than a tenth since their statistics were made, which query plans depend on; some pages more or
 * less make no other plan. Autovacuum would renew them, too, but up to a minute later.
 */
const GROWN_TABLES = `
  select string_agg(c.oid::regclass::text, ', ') as tables from pg_class c
  where c.oid = any('{${TABLES}}'::regclass[])
    and pg_relation_size(c.oid) / current_setting('block_size')::int > 1.1 * c.relpages + 10`;

/** Flushes GIN pending lists, which every search would read until the next vacuum: a few milliseconds each. */
const FLUSH_PENDING_LISTS = `
  select gin_clean_pending_list(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
  where i.indrelid = any('{papers, authors, topics, words}'::regclass[]) and m.amname = 'gin'`;

/**
 * Runs an import of many items. Until it ends no past feed closes, since it may be incomplete. Then feeds are ranked,
 * PostgreSQL's statistics renewed, which query plans depend on, and indexes flushed.
 */
export async function importInBulk<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const finish = async () => {
    await rankFeeds(db);
    const [grown] = (await db.pool.query<{ tables: string | null }>(GROWN_TABLES)).rows;
    if (grown!.tables !== null) await db.pool.query(`analyze ${grown!.tables}`);
    await db.pool.query(FLUSH_PENDING_LISTS);
  };
  const result = await withLock(db, "shared", LOCKS.importing, work).catch(async (error) => {
    // The failure of the import is the one to report; it may well make this fail, too.
    await finish().catch(() => {});
    throw error;
  });
  await finish();
  return result;
}
