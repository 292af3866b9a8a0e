import type { Db } from "../../db/database";
import { join, type Sql, sql } from "../../db/sql";
import { FeedPeriod, spanOf } from "../../feeds/period";
import { DigestFrequency } from "../digest.types";

/** The period of a digest's feeds. */
export const periodOf = {
  [DigestFrequency.DAILY]: FeedPeriod.DAY,
  [DigestFrequency.WEEKDAYS]: FeedPeriod.DAY,
  [DigestFrequency.WEEKLY]: FeedPeriod.WEEK,
  [DigestFrequency.MONTHLY]: FeedPeriod.MONTH,
};

/** The most feeds of one digest, and how long ago they may have closed. */
const reachOf = {
  [FeedPeriod.DAY]: { feeds: 7, length: sql`interval '1 day'`, closed: sql`interval '7 days'` },
  [FeedPeriod.WEEK]: { feeds: 2, length: sql`interval '7 days'`, closed: sql`interval '14 days'` },
  [FeedPeriod.MONTH]: { feeds: 2, length: sql`interval '1 month'`, closed: sql`interval '2 months'` },
};

export interface FinalFeed {
  rankingId: number;
  key: string;
  endDate: string;
}

/**
 * The final feeds with papers that one digest may take, newest first. The newest is included however old it is, so that a
 * new reader sees at once what a digest is.
 */
export async function finalFeeds(db: Db, period: FeedPeriod, now: Sql): Promise<FinalFeed[]> {
  const { feeds, length, closed } = reachOf[period];
  const found = await db.query<{ rankingId: number; startDate: string }>(sql`
    select f.id as "rankingId", f.start_date as "startDate"
    from (
      select g.id, g.start_date, row_number() over (order by g.start_date desc) as recency from feed_rankings g
      where g.period = ${period} and g.is_final and exists (select from feed_ranks r where r.ranking_id = g.id)
      order by g.start_date desc limit ${feeds}::int
    ) f
    where f.recency = 1 or f.start_date + ${length} + interval '1 day' > ${now} at time zone 'UTC' - ${closed}
    order by f.start_date desc`);
  return found.map(({ rankingId, startDate }) => {
    const { key, endDate } = spanOf(period, startDate);
    return { rankingId, key, endDate };
  });
}

/** The keys of all feeds of a digest `d`. Its `period_key` is the period and the key of the newest one: "DAY 2026-10-07". */
export const feedKeysOf = sql`coalesce(d.feed_keys, array[split_part(d.period_key, ' ', 2)])`;

/** The reason for skipping a digest without papers. */
export const NO_PAPERS = "no papers";

/** Whether the feeds of a digest `d` count as sent: it has reached its reader, may have, or still will; or had no paper. */
const countsAsSent = sql`(d.status <> 'FAILED' and (d.status <> 'SKIPPED' or d.error = ${NO_PAPERS}))`;

/** The last day of the newest feed of a digest `d`. */
const endOf = sql`
  case split_part(d.period_key, ' ', 1)
    when 'DAY' then to_date(split_part(d.period_key, ' ', 2), 'YYYY-MM-DD')
    when 'WEEK' then to_date(split_part(d.period_key, ' ', 2), 'IYYY-"W"IW') + 6
    when 'MONTH' then (to_date(split_part(d.period_key, ' ', 2), 'YYYY-MM') + interval '1 month - 1 day')::date
  end`;

/** Whether a digest `d` is of another frequency's feeds: as ranges of its key, which is indexed. */
function isOfOther(period: FeedPeriod): Sql {
  const others = Object.values(FeedPeriod).filter((each) => each !== period);
  const ranges = others.map((each) => sql`d.period_key between ${`${each} 0`} and ${`${each} A`}`);
  return sql`(${join(ranges, " or ")})`;
}

/**
 * Subscriptions `s` joined with each feed `f (ranking_id, key, recency)` that they are still to get, of those that a digest
 * may take: closed since the confirmation, after the days already sent by another frequency, and in no digest that counts as
 * sent; or the newest of all (recency 1), if it is in none. Feeds that closed during a pause are included.
 */
export function unsentFeeds(period: FeedPeriod, feeds: FinalFeed[]): Sql {
  return sql`
    digest_subscriptions s
    join unnest(
      ${feeds.map(({ rankingId }) => rankingId)}::int[], ${feeds.map(({ key }) => key)}::text[],
      ${feeds.map(({ endDate }) => endDate)}::date[]
    ) with ordinality as f (ranking_id, key, end_date, recency) on (
      f.recency = 1 or (
        (f.end_date + 2)::timestamp at time zone 'UTC' > coalesce(s.digests_since, s.confirmed_at, '-infinity')
        and f.end_date > coalesce((
          select max(${endOf}) from digest_deliveries d
          where d.subscription_id = s.id and d.kind = 'DIGEST' and ${isOfOther(period)} and ${countsAsSent}
        ), '-infinity')
      )
    ) and not exists (
      -- A digest is kept by its newest feed, so those that may hold this one lie between it and the newest of all. The
      -- offset has them looked up in the index: a join would read all of digest_deliveries.
      select from digest_deliveries d
      where d.subscription_id = s.id and d.kind = 'DIGEST'
        and d.period_key between ${period} || ' ' || f.key and ${`${period} ${feeds[0]?.key}`}
        and f.key = any(${feedKeysOf}) and ${countsAsSent}
      offset 0
    )`;
}
