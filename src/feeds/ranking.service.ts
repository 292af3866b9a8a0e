import { steadyNow } from "../db/clock";
import type { Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { ring } from "../live/channel";
import { rankedEntries } from "./feed.ranking";

/** Cursors into an open feed go on in the order that their first page saw for at least this long. */
const KEPT_FOR = sql`interval '2 hours'`;
/** After a feed's end, the votes that were cast in time but are still being written are waited for. */
const SETTLING = sql`interval '10 seconds'`;
const isClosedAt = (now: Date) =>
  sql`(k.end_day + 2)::timestamp at time zone 'UTC' + ${SETTLING} <= ${now}::timestamptz`;

/**
 * Brings the rankings of all feeds up to date: an open feed gets a new one when its order or its papers have changed; a
 * feed that closed by `at` gets its final one, whose ranks never change; a paper that an import adds to a final feed is
 * ranked last. Running it twice, or in two processes at once, changes nothing more. True when anything changed. Without
 * `at` the database's clock decides, since a feed that was closed too early stays closed.
 */
export async function rankFeeds(db: WritableDb, at?: Date): Promise<boolean> {
  const now = at ?? (await steadyNow(db));
  return db.bulk(async (tx) => {
    await tx.read(sql`select pg_advisory_xact_lock(hashtext('daily-papers import'))`);
    await stageSpans(tx, now);
    const made = await makeRankings(tx);
    const added = await addToFinal(tx);
    await tx.read(sql`
      delete from feed_rankings r
      where not r.is_final and exists (
        select from feed_rankings l
        where l.period = r.period and l.start_date = r.start_date and l.id > r.id
          and l.made_at < clock_timestamp() - ${KEPT_FOR}
      )`);
    await tx.read(sql`delete from feed_changes where changed_at < clock_timestamp() - ${KEPT_FOR}`);
    await tx.read(sql`drop table spans, fresh`);
    if (made || added) await tx.read(ring);
    return made || added;
  });
}

/** The feeds that may have changed, each with its latest ranking, and their entries as they rank now. */
async function stageSpans(tx: Transaction, now: Date): Promise<void> {
  // While an import goes on, a past day may be half there: it closes when the import has ended.
  await tx.read(sql`
    create temporary table spans on commit drop as
    with calm as materialized (
      select pg_try_advisory_xact_lock(hashtext('daily-papers importing')) as yes
    ), periods as (
      select k.period, k.start_day, k.end_day, max(d.updated_at) as touched_at
      from feed_days d cross join lateral (values
        ('DAY', d.day, d.day),
        ('WEEK', date_trunc('week', d.day::timestamp)::date, date_trunc('week', d.day::timestamp)::date + 6),
        ('MONTH', date_trunc('month', d.day::timestamp)::date,
          (date_trunc('month', d.day::timestamp) + interval '1 month - 1 day')::date)
      ) as k (period, start_day, end_day)
      group by k.period, k.start_day, k.end_day
    )
    select k.period, k.start_day, k.end_day, l.id as ranking_id, coalesce(l.is_final, false) as is_final,
      ${isClosedAt(now)} as is_closed
    from periods k cross join calm
    left join lateral (
      select r.id, r.is_final, r.made_at from feed_rankings r
      where r.period = k.period and r.start_date = k.start_day order by r.id desc limit 1
    ) l on true
    where (l.id is null or not l.is_final or k.touched_at > l.made_at)
      and (calm.yes or not ${isClosedAt(now)})`);
  await tx.read(sql`
    create temporary table fresh on commit drop as
    select k.period, k.start_day, r.* from spans k cross join lateral ${rankedEntries} r`);
}

async function makeRankings(tx: Transaction): Promise<boolean> {
  const made = await tx.read(sql`
    with changed as (
      select k.period, k.start_day, k.is_closed
      from spans k
      where not k.is_final and (k.is_closed or k.ranking_id is null or (
        select array_agg(array[f.paper_id, f.upvotes_in_period] order by f.rank)
        from fresh f where f.period = k.period and f.start_day = k.start_day
      ) is distinct from (
        select array_agg(array[r.paper_id, r.upvotes_in_period] order by r.rank)
        from feed_ranks r where r.ranking_id = k.ranking_id
      ))
    ), made as (
      insert into feed_rankings (period, start_date, made_at, is_final)
      select period, start_day, clock_timestamp(), is_closed from changed order by start_day, period
      returning id, period, start_date
    ), entered as (
      select f.period, f.start_day, array_agg(f.paper_id order by f.rank) as papers
      from fresh f join spans k on k.period = f.period and k.start_day = f.start_day
      left join feed_ranks r on r.ranking_id = k.ranking_id and r.paper_id = f.paper_id
      where r.paper_id is null
      group by f.period, f.start_day
    ), told as (
      insert into feed_changes (ranking_id, previous_id, entered)
      select m.id, k.ranking_id, coalesce(e.papers, '{}')
      from made m join spans k on k.period = m.period and k.start_day = m.start_date
      left join entered e on e.period = m.period and e.start_day = m.start_date
      order by m.id
    )
    insert into feed_ranks (ranking_id, rank, paper_id, feed_day, featured_at, upvotes_in_period)
    select m.id, f.rank, f.paper_id, f.feed_day, f.featured_at, f.upvotes_in_period
    from made m join fresh f on f.period = m.period and f.start_day = m.start_date
    returning ranking_id`);
  return made.length > 0;
}

async function addToFinal(tx: Transaction): Promise<boolean> {
  const added = await tx.read(sql`
    with added as (
      insert into feed_ranks (ranking_id, rank, paper_id, feed_day, featured_at, upvotes_in_period)
      select k.ranking_id,
        (select coalesce(max(r.rank), 0) from feed_ranks r where r.ranking_id = k.ranking_id)
          + row_number() over (partition by k.ranking_id order by f.rank),
        f.paper_id, f.feed_day, f.featured_at, f.upvotes_in_period
      from spans k join fresh f on f.period = k.period and f.start_day = k.start_day
      where k.is_final and not exists (
        select from feed_ranks r where r.ranking_id = k.ranking_id and r.paper_id = f.paper_id
      )
      returning ranking_id, rank, paper_id
    ), told as (
      insert into feed_changes (ranking_id, previous_id, entered)
      select ranking_id, ranking_id, array_agg(paper_id order by rank) from added group by ranking_id
    )
    update feed_rankings r set made_at = clock_timestamp()
    from spans k where k.is_final and r.id = k.ranking_id
    returning (select count(*) from added) as added`);
  return added.length > 0;
}
