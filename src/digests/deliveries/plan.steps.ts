import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import type { FeedPeriod } from "../../feeds/period";
import { nearAmong } from "../../meaning/near-among";
import { awaitsVector } from "../../meaning/serving-model";
import { matchesStoredFilter } from "../../papers/paper-filter";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { resolveFilter } from "../../papers/resolve-filter";
import type { DeliveryStatus } from "./delivery.entity";
import { type FinalFeed, NO_PAPERS, unsentFeeds } from "./unsent-feeds";

/**
 * Creates one delivery, of all unsent feeds, for each subscription that has any; returns the ids of the new ones. It is
 * keyed by its newest feed, so planning again or at the same time does not create a second one.
 */
export async function createDeliveries(
  tx: Transaction,
  subscriptionIds: number[],
  { period, feeds }: { period: FeedPeriod; feeds: FinalFeed[] },
  now: Date,
  status: DeliveryStatus,
): Promise<number[]> {
  const error = status === "FAILED" ? "the stored filter does not work" : null;
  const rows = await tx.query<{ id: number }>(sql`
    insert into digest_deliveries (subscription_id, kind, period_key, feed_keys, status, error, next_attempt_at, created_at)
    select s.id, 'DIGEST', ${period} || ' ' || (array_agg(f.key order by f.recency))[1],
      array_agg(f.key order by f.recency desc), ${status}, ${error}, ${now}::timestamptz, ${now}::timestamptz
    from ${unsentFeeds(period, feeds)}
    where s.id = any(${subscriptionIds}::int[])
    group by s.id
    on conflict (subscription_id, kind, period_key) do nothing
    returning id`);
  return rows.map(({ id }) => id);
}

/** Whether papers of the feeds have no vector yet. */
export async function awaitVectors(db: Db, feeds: readonly FinalFeed[]): Promise<boolean> {
  const awaiting = await db.query(sql`
    select from ${rankedIn(feeds)} r join papers p on p.id = r.paper_id
    where p.withdrawn_at is null and ${awaitsVector(sql`p.id`)} limit 1`);
  return awaiting.length > 0;
}

const rankedIn = (feeds: readonly FinalFeed[]) =>
  sql`(select paper_id from feed_ranks where ranking_id = any(${feeds.map(({ rankingId }) => rankingId)}::int[]))`;

/**
 * Gives each delivery its papers: the best ranked in its feeds that match the filter, are not withdrawn and were not sent to the subscription
 * before. Of equal ranks the newer feed's comes first; a paper of two feeds is placed by its best rank.
 */
export async function freezePapers(
  tx: Transaction,
  deliveryIds: number[],
  feeds: FinalFeed[],
  filter: PaperFilter,
): Promise<void> {
  const resolved = await resolveFilter(filter, (near) => nearAmong(tx, near, rankedIn(feeds)));
  await tx.query(sql`
    with matching as materialized (
      select f.key, f.recency, r.paper_id, r.rank, r.upvotes_in_period
      from unnest(
        ${feeds.map(({ rankingId }) => rankingId)}::int[], ${feeds.map(({ key }) => key)}::text[]
      ) with ordinality as f (ranking_id, key, recency)
      join feed_ranks r on r.ranking_id = f.ranking_id
      join papers p on p.id = r.paper_id
      where p.withdrawn_at is null and ${matchesStoredFilter(resolved)}
    )
    insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, feed_key, rank, upvotes_in_period)
    select d.subscription_id, b.paper_id, d.id, b.key, b.rank, b.upvotes_in_period
    from digest_deliveries d
    join digest_subscriptions s on s.id = d.subscription_id
    cross join lateral (
      select * from (
        select distinct on (m.paper_id) m.* from matching m
        where m.key = any(d.feed_keys) and not exists (
          select from digest_delivery_papers e where e.subscription_id = s.id and e.paper_id = m.paper_id
        )
        order by m.paper_id, m.rank, m.recency
      ) m
      order by m.rank, m.recency limit s.max_papers
    ) b
    where d.id = any(${deliveryIds}::int[])`);
}

/** Skips digests without papers, unless the subscriber wants empty ones. */
export async function skipEmpty(tx: Transaction, deliveryIds: number[]): Promise<void> {
  await tx.query(sql`
    update digest_deliveries d set status = 'SKIPPED', error = ${NO_PAPERS}
    from digest_subscriptions s
    where s.id = d.subscription_id and s.skip_empty and d.id = any(${deliveryIds}::int[])
      and not exists (select from digest_delivery_papers e where e.delivery_id = d.id)`);
}
