import type { Db } from "../db/database";
import { dayKey, type Keyed, type Order, type Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { FeedPeriod } from "./period";

/** The latest UTC day that has a feed; null when there is none yet. */
export async function latestFeedDay(db: Db): Promise<string | null> {
  const [row] = await db.query<{ day: string | null }>(sql`select max(d.day) as day from feed_days d`);
  return row?.day ?? null;
}

/** The first day of the latest period whose ranks are final and that has papers; null when there is none yet. */
export async function latestFinalDay(db: Db, period: FeedPeriod): Promise<string | null> {
  const [row] = await db.query<{ day: string }>(sql`
    select r.start_date as day from feed_rankings r
    where r.is_final and r.period = ${period} and exists (select from feed_ranks k where k.ranking_id = r.id)
    order by r.start_date desc
    limit 1`);
  return row?.day ?? null;
}

/** Newest period first. */
export const newestPeriod: Order = {
  name: "PERIOD",
  keys: [{ column: dayKey(sql`s.start_day`), kind: "date" }],
  direction: "desc",
};

export interface ListedFeed {
  period: FeedPeriod;
  startDate: string;
}

/** The periods with a feed day in a range, by their first days. */
function periods(period: FeedPeriod, from: string | null, to: string | null): Sql {
  return sql`(
    select distinct date_trunc(${period.toLowerCase()}::text, d.day::timestamp)::date as start_day
    from feed_days d
    where d.day between coalesce(${from}::date, '-infinity') and coalesce(${to}::date, 'infinity')
  )`;
}

export async function listFeeds(
  db: Db,
  period: FeedPeriod,
  range: { from: string | null; to: string | null },
  slice: Slice,
): Promise<Keyed<ListedFeed>[]> {
  return db.query(
    sql`
    select ${period}::text as period, s.start_day as "startDate", ${slice.keyColumns}
    from ${periods(period, range.from, range.to)} s
    where ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long,
  );
}

export async function countFeeds(
  db: Db,
  period: FeedPeriod,
  range: { from: string | null; to: string | null },
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`select count(*)::int as count from ${periods(period, range.from, range.to)} s`.long,
  );
  return row!.count;
}
