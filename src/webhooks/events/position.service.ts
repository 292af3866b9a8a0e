import type { Transaction, WritableDb } from "../../db/database";
import { join, sql } from "../../db/sql";
import { isListed } from "../../trending/trending.service";
import { TrendingWindow } from "../../trending/window";
import type { Position } from "./changed-papers";

/**
 * Where the first plan begins: at the end of the log, with what is already so noted as noticed. Does nothing later, and
 * nothing in a second process.
 */
export async function startPosition(db: WritableDb, now: Date): Promise<void> {
  const [any] = await db.write(sql`select log from webhook_positions where log = 'paper_changes'`);
  if (any) return;
  await db.bulk(async (tx) => {
    const [started] = await tx.query(sql`
      insert into webhook_positions (log, changed_at, paper_id)
      select 'paper_changes', coalesce(c.changed_at, '2000-01-01'), coalesce(c.paper_id, 0)
      from (select 1) one left join (
        select changed_at, paper_id from paper_changes order by changed_at desc, paper_id desc limit 1
      ) c on true
      on conflict (log) do nothing returning log`);
    if (!started) return;
    const trends = Object.values(TrendingWindow).map((window) => {
      return sql`case when t.paper_id is not null and ${isListed(sql`t`, window, now)} then ${window} end`;
    });
    await tx.query(sql`
      insert into webhook_papers (paper_id, trended, withdrawn_at)
      select p.id, array_remove(array[${join(trends, ", ")}]::text[], null), p.withdrawn_at
      from papers p left join trending_scores t on t.paper_id = p.id
      where t.paper_id is not null or p.withdrawn_at is not null
      on conflict do nothing`);
    await tx.query(sql`
      insert into webhook_events (key, type, message_id, occurred_at, data)
      select 'paper.featured ' || f.paper_id || ' ' || f.day, 'PAPER_FEATURED', 'known', f.added_at, ''
      from feed_entries f where f.day > (${now}::timestamptz at time zone 'UTC')::date - 30
      on conflict do nothing`);
    await tx.query(sql`
      insert into webhook_events (key, type, message_id, occurred_at, data)
      select 'feed.final ' || g.period || ' ' || g.start_date, 'FEED_FINAL', 'known', g.made_at, ''
      from feed_rankings g where g.is_final and g.start_date > (${now}::timestamptz at time zone 'UTC')::date - 60
      on conflict do nothing`);
  });
}

/** Locks the position if it is still this one; false when another process is planning, or has planned. */
export async function lockPosition(tx: Transaction, { changedAt, paperId }: Position): Promise<boolean> {
  const locked = await tx.query(sql`
    select s.log from webhook_positions s
    where s.log = 'paper_changes' and s.changed_at = ${changedAt}::timestamptz and s.paper_id = ${paperId}::int
    for update`);
  return locked.length > 0;
}

export async function movePosition(tx: Transaction, { changedAt, paperId }: Position): Promise<void> {
  await tx.query(sql`
    update webhook_positions s set changed_at = ${changedAt}::timestamptz, paper_id = ${paperId}::int
    where s.log = 'paper_changes'`);
}
