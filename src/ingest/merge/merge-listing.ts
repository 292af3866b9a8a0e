import { recordChange } from "../../changes/record-change";
import type { Transaction } from "../../db/database";
import { lockImports } from "../../db/locks";
import { sql } from "../../db/sql";
import type { ListSource } from "../source-record";
import { uncountFeatured } from "./merge-counts";
import { markDayChanged } from "./merge-feeds";

/** A whole reading of a source's list of one day. */
export interface Listing {
  source: ListSource;
  /** The feed day, YYYY-MM-DD. */
  day: string;
  /** The earliest time of its records. */
  observedAt: Date;
  /** All papers that it found; their records are merged already. A reading of which one was rejected is not whole. */
  paperIds: readonly number[];
}

/**
 * Takes papers that the source no longer lists on a day out of the day's feed, until that feed is final: they have moved to
 * another day, or are gone. Papers that came to the day otherwise, too (by a page, a file or an upsert), stay, and so do those
 * that a later reading has found. Returns the ids of the papers taken out; the feeds are to be ranked after the commit.
 * Idempotent, in the caller's transaction.
 */
export async function mergeListing(tx: Transaction, { source, day, observedAt, paperIds }: Listing): Promise<number[]> {
  await lockImports(tx);
  const removed = await tx.query<{ id: number }>(sql`
    delete from feed_entries e
    where e.day = ${day}::date and e.listed_by = ${source} and e.paper_id <> all(${paperIds}::int[])
      and coalesce(e.upvotes_at, '-infinity') <= ${observedAt}::timestamptz
      and not exists (
        select from feed_rankings r where r.period = 'DAY' and r.start_date = e.day and r.is_final
      )
    returning e.paper_id as id`);
  const ids = removed.map(({ id }) => id);
  if (ids.length === 0) return ids;
  await uncountFeatured(tx, day, ids);
  await tx.query(sql`
    update papers p set updated_at = now(),
      featured_on = (select max(e.day) from feed_entries e where e.paper_id = p.id)
    where p.id = any(${ids}::int[])`);
  await markDayChanged(tx, day);
  // A day without papers has no feed in the archive.
  await tx.query(sql`
    delete from feed_days d where d.day = ${day}::date and not exists (select from feed_entries e where e.day = d.day)`);
  await tx.query(recordChange(sql`select unnest(${ids}::int[])`, { upvotesChanged: false }));
  return ids;
}
