import type { Transaction } from "../db/database";
import { sql } from "../db/sql";

/** Adds the looks' feed days and entries. Entries are a union over looks, each at its earliest known time. */
export async function mergeEntries(tx: Transaction): Promise<void> {
  await tx.read(sql`
    insert into feed_days (day)
    select distinct feed_day from staged where feed_day is not null order by 1
    on conflict (day) do nothing`);
  await tx.read(sql`
    with merged as (
      insert into feed_entries (day, paper_id, featured_at)
      select feed_day, paper_id, featured_at from staged where feed_day is not null
      on conflict (day, paper_id) do update set featured_at = excluded.featured_at
        where excluded.featured_at < feed_entries.featured_at
      returning paper_id
    )
    update staged s set entry_changed = true from merged m where m.paper_id = s.paper_id and not s.is_new`);
}

/**
 * Marks the days whose papers, or the votes that rank them, have changed: their feeds are to be ranked again. That is known by
 * a time later than that of the ranking, also where the clock was set back since.
 */
export async function touchFeedDays(tx: Transaction): Promise<void> {
  await tx.read(sql`
    update feed_days d set updated_at = greatest(clock_timestamp(), (
      select max(r.made_at) + interval '1 millisecond' from feed_rankings r
      where r.start_date between d.day - 30 and d.day
    ))
    where d.day in (
      select e.day from staged s join feed_entries e on e.paper_id = s.paper_id where s.changed
    )`);
}
