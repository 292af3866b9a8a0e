import type { Database } from "../db/database";
import { rankFeeds } from "../feeds/ranking.service";

/**
 * Runs an import of many items. Until it ends no past feed closes, since it may be half there; then feeds are ranked and
 * PostgreSQL's statistics renewed, which plans and the words that related papers share come from.
 */
export async function importInBulk<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const runner = db.dataSource.createQueryRunner();
  try {
    await runner.query("select pg_advisory_lock_shared(hashtext('daily-papers importing'))");
    return await work().finally(async () => {
      await runner.query("select pg_advisory_unlock_shared(hashtext('daily-papers importing'))");
      await rankFeeds(db, new Date());
      await runner.query("analyze papers, authors, authorships, feed_entries, feed_days, feed_rankings, feed_ranks");
    });
  } finally {
    await runner.release();
  }
}
