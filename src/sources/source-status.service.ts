import { UTCDate } from "@date-fns/utc";
import { isWeekend } from "date-fns/isWeekend";
import type { SourceName } from "../config/source-settings";
import type { Db, WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";
import { dayAfter, openDay } from "./day-schedule";
import type { Source } from "./source.type";

/** What is due for longer makes a source count as behind. */
const BEHIND_AFTER = sql`interval '1 hour'`;
/** The kinds of tasks that ask a source. */
const ASKING: Record<SourceName, string[]> = { huggingface: ["day"], arxiv: ["paper", "versions"] };

/**
 * The sources `s` in their order, with their budgets `b` and, for each kind, since when its first task `next` is due, and when
 * the next one is read: what failed is held back, and what is being read was due before.
 */
function sourcesWithNext(sources: readonly SourceName[]): Sql {
  const of = sql`from source_tasks t where t.source = k.source and t.kind = k.kind`;
  const kinds = sources.flatMap((source) => ASKING[source].map((kind) => ({ source, kind })));
  return sql`
    unnest(${sources}::text[]) with ordinality s (name, n)
    left join source_budgets b on b.source = s.name
    left join unnest(
      ${kinds.map(({ source }) => source)}::text[], ${kinds.map(({ kind }) => kind)}::text[]
    ) k (source, kind) on k.source = s.name
    cross join lateral (
      select (select t.due_at ${of} order by t.due_at limit 1) as due_at, least(
        (select t.due_at ${of} and (t.held_until is null or t.held_until <= now()) order by t.due_at limit 1),
        (select min(case when t.owner is null then greatest(t.due_at, t.held_until) else t.due_at end)
          ${of} and t.held_until > now() and t.due_at is not null)
      ) as at
    ) next`;
}

/** How far each source has come, in the order given. */
export function listSources(db: Db, sources: readonly SourceName[]): Promise<Source[]> {
  return db.query(sql`
    select upper(s.name) as kind, b.last_success_at as "lastSuccessAt", b.last_error as "lastError",
      case when min(next.at) is not null then greatest(min(next.at), b.paused_until) end as "nextAt",
      b.last_success_at is null or coalesce(min(next.due_at) < now() - ${BEHIND_AFTER}, false) as "isBehind"
    from ${sourcesWithNext(sources)}
    group by s.n, s.name, b.source order by s.n`);
}

/** What was ever asked of a source, and read. */
export interface SourceCounts {
  source: SourceName;
  ok: number;
  limited: number;
  failed: number;
  papers: number;
  /** For how long something has been due, in seconds; 0 when nothing is. */
  lag: number;
}

export function countSources(db: Db, sources: readonly SourceName[]): Promise<SourceCounts[]> {
  return db.query(sql`
    select s.name as source, coalesce(b.requests_ok, 0)::float8 as ok, coalesce(b.requests_limited, 0)::float8 as limited,
      coalesce(b.requests_failed, 0)::float8 as failed, coalesce(b.papers_read, 0)::float8 as papers,
      greatest(0, coalesce(extract(epoch from now() - min(next.due_at)), 0))::float8 as lag
    from ${sourcesWithNext(sources)}
    group by s.n, s.name, b.source order by s.n`);
}

/** Hugging Face's weekdays since the first one to fill that have closed and were never read, newest first. */
export async function listGaps(db: Db): Promise<string[]> {
  const [row] = await db.query<{ now: Date; first: string | null; read: string[] }>(sql`
    select now() as now, p.day as first, array(
      select t.key from source_tasks t
      where t.source = p.source and t.kind = 'day' and t.key >= p.day::text and t.last_success_at is not null
    ) as read
    from source_tasks p where p.source = 'huggingface' and p.kind = 'plan' and p.key = ''`);
  if (!row?.first) return [];
  const read = new Set(row.read);
  const gaps: string[] = [];
  for (let day = dayAfter(openDay(row.now), -1); day >= row.first; day = dayAfter(day, -1)) {
    if (!read.has(day) && !isWeekend(new UTCDate(day))) gaps.push(day);
  }
  return gaps;
}

/** Notes what became of the reading of some tasks of a source. */
export async function noteReading(
  db: WritableDb,
  source: SourceName,
  { readAt, papers, error }: { readAt: Date | null; papers: number; error: string | null },
): Promise<void> {
  await db.write(sql`
    update source_budgets b set papers_read = b.papers_read + ${papers}::int, last_error = ${error},
      last_success_at = greatest(b.last_success_at, ${readAt}::timestamptz)
    where b.source = ${source}`);
}
