import { millisecondsInDay, millisecondsInMinute } from "date-fns/constants";
import type { WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";

/** How often papers that are new are looked for. */
const INTERVAL_MS = millisecondsInMinute;
/** A paper is found by the time of its last change; a transaction that began this long before may have committed since. */
const OVERLAP_MS = 10 * millisecondsInMinute;
/** How often all papers are gone through, for those that were overlooked. */
const GO_THROUGH_MS = millisecondsInDay;
/** Papers whose tasks are made by one statement. */
const BATCH = 5000;

interface Plan {
  /** When it was to run, an interval after the run before. */
  dueAt: Date | null;
  /** When it last began to go through all papers. */
  seen: string | null;
}

/** A version as the reading of a paper sees the current one. */
const currentOf = (version: Sql): Sql => sql`
  'v' || ${version}.number || to_char(${version}.submitted_at at time zone 'UTC', ' YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

/**
 * Makes tasks for papers with an arXiv id that have none: new ones by the index of changed papers and, once a day, all. Versions
 * that are known already, as from a file, are read only when arXiv's current one is another. Returns when it is to run again,
 * and what it is to see then.
 */
export async function planPapers(
  db: WritableDb,
  { dueAt, seen }: Plan,
  now: Date,
): Promise<{ dueAt: Date; seen: string }> {
  const isWhole = seen === null || now.getTime() >= Date.parse(seen) + GO_THROUGH_MS;
  const since = new Date((dueAt ?? now).getTime() - INTERVAL_MS - OVERLAP_MS);
  const isNew = isWhole ? sql`true` : sql`p.updated_at >= ${since}::timestamptz`;
  // Among all papers that takes longer than a write may.
  const added = await db.bulk((tx) =>
    tx.query(sql`
    with found as materialized (
      select p.id, p.arxiv_id, coalesce(p.published_on, date '1991-08-14') as day
      from papers p
      where p.arxiv_id is not null and ${isNew} and not exists (
        select from source_tasks t where t.source = 'arxiv' and t.kind = 'paper' and t.key = p.arxiv_id
      )
      order by p.published_on desc nulls last
      limit ${BATCH}
    ), known as materialized (
      select f.arxiv_id, f.day, (
        select ${currentOf(sql`v`)} from paper_versions v where v.paper_id = f.id order by v.number desc limit 1
      ) as current
      from found f
    ), versions as (
      insert into source_tasks (source, kind, key, day, due_at)
      select 'arxiv', 'versions', k.arxiv_id, k.day, case when k.current is null then ${now}::timestamptz end
      from known k
      on conflict (source, kind, key) do nothing
    )
    insert into source_tasks (source, kind, key, day, due_at, seen)
    select 'arxiv', 'paper', k.arxiv_id, k.day, ${now}::timestamptz, k.current from known k
    on conflict (source, kind, key) do nothing
    returning key`),
  );
  if (added.length === BATCH) return { dueAt: now, seen: seen ?? new Date(0).toISOString() };
  return {
    dueAt: new Date(now.getTime() + INTERVAL_MS),
    seen: isWhole || seen === null ? now.toISOString() : seen,
  };
}

/** Has the versions of papers read again, as there are new ones. */
export async function askForVersions(db: WritableDb, arxivIds: readonly string[], now: Date): Promise<void> {
  if (arxivIds.length === 0) return;
  await db.write(sql`
    update source_tasks t set due_at = ${now}::timestamptz
    where t.source = 'arxiv' and t.kind = 'versions' and t.key = any(${arxivIds}::text[])`);
}
