import { notify } from "../changes/notify";
import { steadyNow } from "../db/clock";
import type { Transaction, WritableDb } from "../db/database";
import { lockImports, noImportGoesOn } from "../db/locks";
import { sql } from "../db/sql";
import { rankedEntries, revisedEntries } from "./rank-formula";

/** Time for which superseded rankings are kept, so that cursors into an open feed keep the order of their first page. */
const KEPT_FOR = sql`interval '2 hours'`;
/** Time after a feed's end for writing votes that were cast before it. */
const SETTLING = sql`interval '10 seconds'`;
const isClosedAt = (now: Date) =>
  sql`(feed.end_day + 2)::timestamp at time zone 'UTC' + ${SETTLING} <= ${now}::timestamptz`;

/**
 * Updates the rankings of all feeds: an open feed gets a new one when its order or its papers have changed, a day's also when
 * categories of its papers have become known; a feed that closed by `at` gets its final one, whose ranks never change; a paper
 * that is later imported into a final day is ranked last. A final week or month is ranked again when days of it are imported
 * that were missing altogether, so that its ranks do not depend on the order of importing. Idempotent, also in two processes at
 * once. True when anything changed. Without `at` the database's clock decides, since a feed that was closed too early stays
 * closed.
 */
export async function rankFeeds(db: WritableDb, at?: Date): Promise<boolean> {
  const now = at ?? (await steadyNow(db));
  return db.bulk(async (tx) => {
    await lockImports(tx);
    const found = await stageFeedsToCheck(tx, now);
    // What nothing is found of is not planned either, which takes longer than to run it.
    if (found.any) await stageRanks(tx, found.revised);
    const made = found.any && (await makeRankings(tx, found.revised));
    const added = found.final && (await addToFinal(tx));
    await tx.query(sql`
      delete from feed_rankings r
      where not r.is_final and exists (
        select from feed_rankings l
        where l.period = r.period and l.start_date = r.start_date and l.id > r.id
          and l.made_at < clock_timestamp() - ${KEPT_FOR}
      )`);
    await tx.query(sql`delete from feed_changes where changed_at < clock_timestamp() - ${KEPT_FOR}`);
    await tx.query(sql`drop table if exists feeds_to_check, current_ranks`);
    if (made || added) await tx.query(notify);
    return made || added;
  });
}

/** What there is among `feeds_to_check`: any, some that are ranked again, and other final ones. */
interface Found {
  any: boolean;
  revised: boolean;
  final: boolean;
}

/** Stages the feeds that may need a new ranking, each with its latest one, in the temporary table `feeds_to_check`. */
async function stageFeedsToCheck(tx: Transaction, now: Date): Promise<Found> {
  // During an import, a past day may be incomplete: it closes when the import has ended.
  await tx.query(sql`
    create temporary table feeds_to_check on commit drop as
    with imports as materialized (
      select ${noImportGoesOn} as are_over
    ), all_feeds as (
      select period, start_day, case period
          when 'DAY' then start_day
          when 'WEEK' then start_day + 6
          else (start_day + interval '1 month - 1 day')::date
        end as end_day, max(touched_at) as touched_at
      from (
        select feed.period, feed.start_day, d.updated_at as touched_at
        from feed_days d cross join lateral (values
          ('DAY', d.day),
          ('WEEK', date_trunc('week', d.day::timestamp)::date),
          ('MONTH', date_trunc('month', d.day::timestamp)::date)
        ) as feed (period, start_day)
        union all
        -- That all papers left, which no day tells of any more.
        select period, start_date, null from feed_rankings where not is_final
      ) known
      group by period, start_day
    )
    select feed.period, feed.start_day, feed.end_day, l.id as ranking_id, coalesce(l.is_final, false) as is_final, l.days,
      ${isClosedAt(now)} and feed.touched_at is not null as is_closed, l.is_final is true and exists (
        select from feed_days d where d.day between feed.start_day and feed.end_day and d.day <> all(l.days)
      ) as is_revised
    from all_feeds feed cross join imports
    left join lateral (
      select r.id, r.is_final, r.made_at, r.days from feed_rankings r
      where r.period = feed.period and r.start_date = feed.start_day order by r.id desc limit 1
    ) l on true
    where (l.id is null or not l.is_final or feed.touched_at > l.made_at)
      and (imports.are_over or not ${isClosedAt(now)})`);
  const [found] = await tx.query<Found>(sql`
    select count(*) > 0 as "any", coalesce(bool_or(is_revised), false) as revised,
      coalesce(bool_or(is_final and not is_revised), false) as final
    from feeds_to_check`);
  return found!;
}

/** Stages the entries of the feeds to check, as they rank now, in the temporary table `current_ranks`. */
async function stageRanks(tx: Transaction, areRevised: boolean): Promise<void> {
  const revised = sql`
    union all
    select feed.period, feed.start_day, r.*, false
    from feeds_to_check feed cross join lateral ${revisedEntries} r where feed.is_revised`;
  await tx.query(sql`
    create temporary table current_ranks on commit drop as
    select feed.period, feed.start_day, r.*, feed.period = 'DAY' and not feed.is_closed and not feed.is_final
      and (select p.categories = '{}' from papers p where p.id = r.paper_id) as awaits_categories
    from feeds_to_check feed cross join lateral ${rankedEntries} r where not feed.is_revised
    ${areRevised ? revised : sql``}`);
}

/** The days with papers of a `feed`. */
const daysOf = sql`array(
  select d.day from feed_days d where d.day between feed.start_day and feed.end_day order by d.day
)`;

async function makeRankings(tx: Transaction, areRevised: boolean): Promise<boolean> {
  // A feed has one final ranking at a time. Pages after a first one in the old ranking go on in it.
  if (areRevised) {
    await tx.query(sql`
      update feed_rankings r set is_final = false from feeds_to_check feed
      where feed.is_revised and r.id = feed.ranking_id`);
  }
  const made = await tx.query(sql`
    with changed as (
      select feed.period, feed.start_day, feed.end_day, feed.is_closed or feed.is_final as is_final, feed.is_revised
      from feeds_to_check feed
      where feed.is_revised or not feed.is_final and (feed.is_closed or feed.ranking_id is null or (
        select array_agg(array[f.paper_id, f.upvotes_in_period, f.awaits_categories::int] order by f.rank)
        from current_ranks f where f.period = feed.period and f.start_day = feed.start_day
      ) is distinct from (
        select array_agg(array[r.paper_id, r.upvotes_in_period, r.awaits_categories::int] order by r.rank)
        from feed_ranks r where r.ranking_id = feed.ranking_id
      ))
    ), clock as materialized (select clock_timestamp() as now
    ), made as (
      insert into feed_rankings (period, start_date, made_at, is_final, days, revised_at)
      select feed.period, feed.start_day, c.now, feed.is_final,
        case when feed.is_final and feed.period <> 'DAY' then ${daysOf} end, case when feed.is_revised then c.now end
      from changed feed cross join clock c order by feed.start_day, feed.period
      returning id, period, start_date
    ), entered as (
      select f.period, f.start_day, array_agg(f.paper_id order by f.rank) as papers
      from current_ranks f join feeds_to_check feed on feed.period = f.period and feed.start_day = f.start_day
      left join feed_ranks r on r.ranking_id = feed.ranking_id and r.paper_id = f.paper_id
      where r.paper_id is null
      group by f.period, f.start_day
    ), recorded as (
      insert into feed_changes (ranking_id, previous_id, entered)
      select m.id, feed.ranking_id, coalesce(e.papers, '{}')
      from made m join feeds_to_check feed on feed.period = m.period and feed.start_day = m.start_date
      left join entered e on e.period = m.period and e.start_day = m.start_date
      order by m.id
    )
    insert into feed_ranks (
      ranking_id, rank, paper_id, feed_day, featured_at, upvotes_in_period, is_late, awaits_categories
    )
    select m.id, f.rank, f.paper_id, f.feed_day, f.featured_at, f.upvotes_in_period, f.is_late, f.awaits_categories
    from made m join current_ranks f on f.period = m.period and f.start_day = m.start_date
    returning ranking_id`);
  return made.length > 0;
}

/** Adds late papers to final feeds, behind the others. */
async function addToFinal(tx: Transaction): Promise<boolean> {
  const added = await tx.query(sql`
    with added as (
      insert into feed_ranks (ranking_id, rank, paper_id, feed_day, featured_at, upvotes_in_period, is_late)
      select feed.ranking_id,
        (select coalesce(max(r.rank), 0) from feed_ranks r where r.ranking_id = feed.ranking_id)
          + row_number() over (partition by feed.ranking_id order by f.rank),
        f.paper_id, f.feed_day, f.featured_at, f.upvotes_in_period, true
      from feeds_to_check feed join current_ranks f on f.period = feed.period and f.start_day = feed.start_day
      where feed.is_final and not feed.is_revised and not exists (
        select from feed_ranks r where r.ranking_id = feed.ranking_id and r.paper_id = f.paper_id
      )
      returning ranking_id, rank, paper_id
    ), recorded as (
      insert into feed_changes (ranking_id, previous_id, entered)
      select ranking_id, ranking_id, array_agg(paper_id order by rank) from added group by ranking_id
    )
    update feed_rankings r set made_at = clock_timestamp(),
      -- The version before did not note them.
      days = coalesce(r.days, case when r.period <> 'DAY' then ${daysOf} end)
    from feeds_to_check feed where feed.is_final and not feed.is_revised and r.id = feed.ranking_id
    returning (select count(*) from added) as added`);
  return added.length > 0;
}
