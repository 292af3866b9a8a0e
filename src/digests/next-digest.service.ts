import type { Db } from "../db/database";
import { sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { matchesFilter } from "../papers/paper-filter";
import { paperColumns } from "../papers/paper-reader";
import { latestFinalFeed, periodOf } from "./plan.steps";
import type { DigestSubscription } from "./subscription.entity";

/** The papers that a digest would hold if it were planned now. */
export async function papersOfNextDigest(
  db: Db,
  { id, frequency, filter }: DigestSubscription,
  limit: number,
): Promise<Paper[]> {
  const feed = await latestFinalFeed(db, periodOf[frequency]);
  if (!feed) return [];
  return db.read<Paper>(sql`
    select ${paperColumns} from feed_ranks r join papers p on p.id = r.paper_id
    where r.ranking_id = ${feed.rankingId}::int and ${matchesFilter(filter)} and not exists (
      select from digest_delivery_papers e where e.subscription_id = ${id}::int and e.paper_id = p.id
    )
    order by r.rank limit ${limit}::int`);
}
