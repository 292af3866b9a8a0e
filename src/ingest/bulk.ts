import type { Database } from "../db/database";
import { withLock } from "../db/lock";
import { rankFeeds } from "../feeds/ranking.service";

/**
 * Runs an import of many items. Until it ends no past feed closes, since it may be half there; then feeds are ranked and
 * PostgreSQL's statistics renewed, which plans and the words that related papers share come from.
 */
export async function importInBulk<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const finish = async () => {
    await rankFeeds(db);
    await db.pool.query(
      "analyze papers, authors, authorships, words, feed_entries, feed_days, feed_rankings, feed_ranks",
    );
  };
  const result = await withLock(db, "shared", "daily-papers importing", work).catch(async (error) => {
    // What ended the import may well hinder this, too, and is what matters.
    await finish().catch(() => {});
    throw error;
  });
  await finish();
  return result;
}
