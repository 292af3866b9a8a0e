import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { nearAmong } from "../../meaning/near-among";
import type { Paper } from "../../papers/paper.entity";
import { matchesStoredFilter } from "../../papers/paper-filter";
import { paperColumns } from "../../papers/paper-reader";
import { resolveFilter } from "../../papers/resolve-filter";
import type { DigestSubscription } from "../subscriptions/subscription.entity";
import { finalFeeds, periodOf, unsentFeeds } from "./unsent-feeds";

/** The papers of a digest if it were planned now. */
export async function papersOfNextDigest(
  db: Db,
  { id, frequency, filter }: DigestSubscription,
  limit: number,
): Promise<Paper[]> {
  const period = periodOf[frequency];
  const feeds = await finalFeeds(db, period, sql`now()`);
  if (feeds.length === 0) return [];
  const ranked = sql`select paper_id from feed_ranks where ranking_id = any(${feeds.map(({ rankingId }) => rankingId)}::int[])`;
  const resolved = await resolveFilter(filter, (near) => nearAmong(db, near, ranked));
  return db.query<Paper>(sql`
    select ${paperColumns} from (
      select distinct on (r.paper_id) r.paper_id, r.rank, f.recency
      from ${unsentFeeds(period, feeds)}
      join feed_ranks r on r.ranking_id = f.ranking_id
      where s.id = ${id}::int and not exists (
        select from digest_delivery_papers e where e.subscription_id = s.id and e.paper_id = r.paper_id
      )
      order by r.paper_id, r.rank, f.recency
    ) r join papers p on p.id = r.paper_id
    where p.withdrawn_at is null and ${matchesStoredFilter(resolved)}
    order by r.rank, r.recency limit ${limit}::int`);
}
