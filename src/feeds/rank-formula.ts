import { type Sql, sql } from "../db/sql";

/**
 * The entries of a `feed (start_day, end_day)` from days `f.day` that meet a condition: each paper once, however many
 * days featured it. Imported upvotes are the maximum of the days' own lists, so that the order in which days are imported
 * does not matter; our users' votes count when cast from the first day until 24 h after the end of the last (exclusive).
 */
function entriesOn(days: Sql): Sql {
  return sql`(
    select f.paper_id, min(f.day) as feed_day, min(f.featured_at) as featured_at,
      (array_agg(f.place order by f.day))[1] as place,
      coalesce(max(f.upvotes), (select p.imported_upvotes from papers p where p.id = f.paper_id)) + (
        select count(*) from upvotes u
        where u.paper_id = f.paper_id
          and u.created_at >= feed.start_day::timestamp at time zone 'UTC'
          and u.created_at < (feed.end_day + 2)::timestamp at time zone 'UTC'
      )::int as upvotes_in_period
    from feed_entries f
    where f.day between feed.start_day and feed.end_day and ${days}
    group by f.paper_id
  )`;
}

/** Upvotes in the period, most first; then when it was featured, earliest first; then its `place` in the day's list. */
const bestFirst = sql`e.upvotes_in_period desc, e.featured_at, e.place nulls first, e.paper_id`;

/** The entries of a `feed` with their current ranks. */
export const rankedEntries: Sql = sql`(
  select e.paper_id, e.feed_day, e.featured_at, e.upvotes_in_period, false as is_late,
    row_number() over (order by ${bestFirst})::int as rank
  from ${entriesOn(sql`true`)} e
)`;

/**
 * The entries of a `feed (ranking_id, days)` that became final while days were missing, as they rank with these days: its
 * earlier counts stand, and papers that came late to the other days stay last, in the order in which they came.
 */
export const revisedEntries: Sql = sql`(
  with known as (
    select * from feed_ranks r where r.ranking_id = feed.ranking_id
  ), in_time as (
    select t.paper_id, min(t.feed_day) as feed_day, min(t.featured_at) as featured_at,
      max(t.upvotes_in_period) as upvotes_in_period
    from (
      select paper_id, feed_day, featured_at, upvotes_in_period from known where not is_late
      union all
      select paper_id, feed_day, featured_at, upvotes_in_period from ${entriesOn(sql`f.day <> all(feed.days)`)} arrived
    ) t
    group by t.paper_id
  ), late as (
    select paper_id, feed_day, featured_at, upvotes_in_period, rank as late_rank from known where is_late
    union all
    select c.paper_id, c.feed_day, c.featured_at, c.upvotes_in_period, null from ${entriesOn(sql`f.day = any(feed.days)`)} c
    where not exists (select from known n where n.paper_id = c.paper_id)
  )
  select e.paper_id, e.feed_day, e.featured_at, e.upvotes_in_period, e.is_late,
    row_number() over (order by e.is_late, e.late_rank, ${bestFirst})::int as rank
  from (
    select i.*, false as is_late, null::int as late_rank, f.place
    from in_time i left join feed_entries f on f.day = i.feed_day and f.paper_id = i.paper_id
    union all
    select l.paper_id, l.feed_day, l.featured_at, l.upvotes_in_period, true, l.late_rank, null
    from late l where not exists (select from in_time i where i.paper_id = l.paper_id)
  ) e
)`;
