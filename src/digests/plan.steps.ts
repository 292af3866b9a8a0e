import type { Transaction } from "../db/database";
import { sql } from "../db/sql";
import { FeedPeriod, spanOf } from "../feeds/period";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { DeliveryStatus } from "./delivery.entity";
import { DigestFrequency } from "./digest.types";

/** Which feeds a digest is of. */
export const periodOf = {
  [DigestFrequency.DAILY]: FeedPeriod.DAY,
  [DigestFrequency.WEEKDAYS]: FeedPeriod.DAY,
  [DigestFrequency.WEEKLY]: FeedPeriod.WEEK,
  [DigestFrequency.MONTHLY]: FeedPeriod.MONTH,
};

export interface FinalFeed {
  rankingId: number;
  periodKey: string;
}

/** The latest final feed of a period that has papers. After an outage it is this one that is sent, not the backlog. */
export async function latestFinalFeed(tx: Transaction, period: FeedPeriod): Promise<FinalFeed | null> {
  const [feed] = await tx.read<{ id: number; startDate: string }>(sql`
    select g.id, g.start_date as "startDate" from feed_rankings g
    where g.period = ${period} and g.is_final and exists (select from feed_ranks r where r.ranking_id = g.id)
    order by g.start_date desc limit 1`);
  return feed ? { rankingId: feed.id, periodKey: `${period} ${spanOf(period, feed.startDate).key}` } : null;
}

/** One delivery for each subscription that has none of this period yet; gives the ids of those that are new. */
export async function claimPeriod(
  tx: Transaction,
  subscriptionIds: number[],
  feed: FinalFeed,
  now: Date,
  status: DeliveryStatus,
): Promise<number[]> {
  const error = status === "FAILED" ? "the stored filter does not work" : null;
  const rows = await tx.read<{ id: number }>(sql`
    insert into digest_deliveries (subscription_id, kind, period_key, status, error, next_attempt_at, created_at)
    select s.id, 'DIGEST', ${feed.periodKey}, ${status}, ${error}, ${now}::timestamptz, ${now}::timestamptz
    from unnest(${subscriptionIds}::int[]) s (id)
    on conflict (subscription_id, kind, period_key) do nothing
    returning id`);
  return rows.map(({ id }) => id);
}

/** Gives each delivery its papers: the best ranked that pass the filter and were not sent to the subscription before. */
export async function freezePapers(
  tx: Transaction,
  deliveryIds: number[],
  feed: FinalFeed,
  filter: PaperFilter,
): Promise<void> {
  await tx.read(sql`
    with matching as materialized (
      select r.paper_id, r.rank, r.upvotes_in_period
      from feed_ranks r join papers p on p.id = r.paper_id
      where r.ranking_id = ${feed.rankingId}::int and ${matchesFilter(filter)}
    )
    insert into digest_delivery_papers (subscription_id, paper_id, delivery_id, rank, upvotes_in_period)
    select d.subscription_id, m.paper_id, d.id, m.rank, m.upvotes_in_period
    from digest_deliveries d
    join digest_subscriptions s on s.id = d.subscription_id
    cross join lateral (
      select m.* from matching m
      where not exists (
        select from digest_delivery_papers e where e.subscription_id = s.id and e.paper_id = m.paper_id
      )
      order by m.rank limit s.max_papers
    ) m
    where d.id = any(${deliveryIds}::int[])`);
}

/** What has no papers is not sent, unless its subscriber wants to hear of that. */
export async function skipEmpty(tx: Transaction, deliveryIds: number[]): Promise<void> {
  await tx.read(sql`
    update digest_deliveries d set status = 'SKIPPED', error = 'no papers'
    from digest_subscriptions s
    where s.id = d.subscription_id and s.skip_empty and d.id = any(${deliveryIds}::int[])
      and not exists (select from digest_delivery_papers e where e.delivery_id = d.id)`);
}
