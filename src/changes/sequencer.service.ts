import type { Db, LiveDb } from "../db/database";
import { lockSequencer } from "../db/locks";
import { sql } from "../db/sql";
import { notify } from "./notify";

/** Most changes that are sequenced in one transaction. */
const BATCH = 5000;

/** Whether committed changes wait to be sequenced. */
export async function hasUnsequencedChanges(db: Db): Promise<boolean> {
  const [row] = await db.query<{ any: boolean }>(sql`select exists (select from paper_touches) as any`);
  return row!.any;
}

/**
 * Sequences committed changes: those of one transaction get the same time, later than all before. One process does so at a
 * time, so a client that has read the changes up to a time has missed none. True when more may be waiting.
 */
export function sequenceChanges(db: Pick<LiveDb, "background">): Promise<boolean> {
  // Not on the connections of votes: while votes occupy all of these, no change would be sequenced.
  return db.background(async (tx) => {
    // Other holders are quick: only statement_timeout limits the wait.
    await tx.query(sql`set local lock_timeout = 0`);
    // A separate statement: the next one must see what the previous holder has committed.
    await lockSequencer(tx);
    const [done] = await tx.query<{ taken: number }>(sql`
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
    if (done!.taken > 0) await tx.query(notify);
    return done!.taken === BATCH;
  });
}
