import type { Database } from "../db/database";
import { withLock } from "../db/lock";
import { rankFeeds } from "../feeds/ranking.service";

/** Every search reads what is not sorted into an index yet: a few milliseconds each, until the next vacuum. */
const SORT_IN = `
  select gin_clean_pending_list(i.indexrelid)
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
  where i.indrelid = any('{papers, authors, words}'::regclass[]) and m.amname = 'gin'`;

/**
 * Runs an import of many items. Until it ends no past feed closes, since it may be half there; then feeds are ranked,
 * PostgreSQL's statistics renewed, which plans and the words that related papers share come from, and indexes put in order.
 */
export async function importInBulk<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const finish = async () => {
    await rankFeeds(db);
    await db.pool.query(
      "analyze papers, authors, authorships, words, feed_entries, feed_days, feed_rankings, feed_ranks",
    );
    await db.pool.query(SORT_IN);
  };
  const result = await withLock(db, "shared", "daily-papers importing", work).catch(async (error) => {
    // What ended the import may well hinder this, too, and is what matters.
    await finish().catch(() => {});
    throw error;
  });
  await finish();
  return result;
}
