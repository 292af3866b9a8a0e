import type { Db, LiveDb } from "../db/database";
import { sql } from "../db/sql";
import { ring } from "./channel";

/** Changes that are numbered in one transaction. */
const BATCH = 5000;

/** Whether changes that were committed before this call wait to be numbered. */
export async function hasTouches(db: Db): Promise<boolean> {
  const [row] = await db.read<{ any: boolean }>(sql`select exists (select from paper_touches) as any`);
  return row!.any;
}

/**
 * Puts committed changes in an order: all that are numbered together get one time, later than all before. One process
 * numbers at a time, so who has read the changes up to a time has missed none. True when more are waiting.
 */
export function numberChanges(db: Pick<LiveDb, "background">): Promise<boolean> {
  // Not on the connections of votes: while these wait for one, nobody would hear of any.
  return db.background(async (tx) => {
    // Others are quick: only the time-out of statements ends the wait.
    await tx.read(sql`set local lock_timeout = 0`);
    // A statement of its own: the next one must see what the process before has done.
    await tx.read(sql`select pg_advisory_xact_lock(hashtext('daily-papers changes'))`);
    const [done] = await tx.read<{ taken: number }>(sql`
      with taken as (
        delete from paper_touches where id in (select id from paper_touches order by id limit ${BATCH}::int)
        returning paper_id, upvotes_changed
      ), moment as (
        select greatest(clock_timestamp()::timestamptz(3), max(changed_at) + interval '1 millisecond') as at
        from paper_changes
      ), numbered as (
        insert into paper_changes as c (paper_id, changed_at, upvotes_changed_at)
        select t.paper_id, m.at, case when bool_or(t.upvotes_changed) then m.at end
        from taken t join papers p on p.id = t.paper_id cross join moment m
        group by t.paper_id, m.at
        on conflict (paper_id) do update set changed_at = excluded.changed_at,
          upvotes_changed_at = coalesce(excluded.upvotes_changed_at, c.upvotes_changed_at)
        returning 1
      )
      select count(*)::int as taken, (select count(*) from numbered) as numbered from taken`);
    if (done!.taken > 0) await tx.read(ring);
    return done!.taken === BATCH;
  });
}
