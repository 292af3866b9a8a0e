import type { Transaction } from "../../db/database";
import { type Sql, sql } from "../../db/sql";

/**
 * Adds the records' feed days and entries. Entries are the union over all records, each with its earliest known time and the
 * upvotes of the newest record from its day's list.
 */
export async function mergeEntries(tx: Transaction, areKnown: boolean): Promise<void> {
  await tx.query(sql`
    insert into feed_days (day)
    select distinct featured_on from staged where featured_on is not null order by 1
    on conflict (day) do nothing`);
  await tx.query(sql`
    with last as (
      select e.day, max(e.place) as place from feed_entries e
      where e.day in (select featured_on from staged) group by e.day
    ), merged as (
      insert into feed_entries (day, paper_id, featured_at, upvotes, upvotes_at, place, listed_by)
      select s.featured_on, s.paper_id, s.featured_at, s.imported_upvotes,
        case when s.imported_upvotes is not null then s.seen_at end,
        coalesce(l.place, 0) + row_number() over (partition by s.featured_on order by s.n), s.listed_by
      from staged s left join last l on l.day = s.featured_on where s.featured_on is not null
      on conflict (day, paper_id) do update set featured_at = excluded.featured_at
        where excluded.featured_at < feed_entries.featured_at
      returning paper_id
    )
    update staged s set entry_changed = true from merged m where m.paper_id = s.paper_id and not s.is_new`);
  if (!areKnown) return;
  // Of two records of the same time the higher number counts, so that their order does not matter.
  await tx.query(sql`
    update feed_entries e set upvotes = s.imported_upvotes, upvotes_at = s.seen_at
    from staged s
    where e.day = s.featured_on and e.paper_id = s.paper_id and s.imported_upvotes is not null and not s.is_new
      and (s.seen_at, s.imported_upvotes) > (coalesce(e.upvotes_at, '-infinity'), coalesce(e.upvotes, 0))`);
  await tx.query(sql`
    update feed_entries e set listed_by = null
    from staged s
    where e.day = s.featured_on and e.paper_id = s.paper_id and not s.is_new
      and e.listed_by is not null and e.listed_by is distinct from s.listed_by`);
}

/** Marks the days whose papers, or the votes that rank them, have changed: their feeds must be ranked again. */
export async function markFeedDaysChanged(tx: Transaction): Promise<void> {
  await tx.query(
    markChanged(sql`
      select e.day from staged s join feed_entries e on e.paper_id = s.paper_id
      where s.is_new or s.entry_changed or s.votes_changed`),
  );
}

export async function markDayChanged(tx: Transaction, day: string): Promise<void> {
  await tx.query(markChanged(sql`select ${day}::date`));
}

/** The mark is a time later than that of the ranking, even if the clock was set back since. */
function markChanged(days: Sql): Sql {
  return sql`
    update feed_days d set updated_at = greatest(clock_timestamp(), (
      select max(r.made_at) + interval '1 millisecond' from feed_rankings r
      where r.start_date between d.day - 30 and d.day
    ))
    where d.day in (${days})`;
}
