import { type Sql, sql } from "../db/sql";

/**
 * The entries of the feed `k (start_day, end_day)` as they rank at the moment: upvotes in the period descending, then the time of being
 * featured ascending, then id. A paper stands once, however many of its feed days lie in the period. Votes count when
 * cast in [start, end + 24 h after the last day); imported upvotes belong to the feed day's periods.
 */
export const rankedEntries: Sql = sql`(
  select e.paper_id, e.feed_day, e.featured_at, e.upvotes_in_period,
    row_number() over (order by e.upvotes_in_period desc, e.featured_at, e.paper_id)::int as rank
  from (
    select f.paper_id, min(f.day) as feed_day, min(f.featured_at) as featured_at, (
      select c.imported_upvotes + (
        select count(*) from upvotes u
        where u.paper_id = c.id
          and u.created_at >= k.start_day::timestamp at time zone 'UTC'
          and u.created_at < (k.end_day + 2)::timestamp at time zone 'UTC'
      )::int
      from papers c where c.id = f.paper_id
    ) as upvotes_in_period
    from feed_entries f
    where f.day between k.start_day and k.end_day
    group by f.paper_id
  ) e
)`;
