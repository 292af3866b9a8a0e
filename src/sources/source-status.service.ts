import { UTCDate } from "@date-fns/utc";
import { isWeekend } from "date-fns/isWeekend";
import type { SourceName } from "../config/source-settings";
import type { Db, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { dayAfter, openDay } from "./day-schedule";
import type { Source } from "./source.type";

/** What is due for longer makes a source count as behind. */
const BEHIND_AFTER = sql`interval '1 hour'`;
/** The kinds of tasks that ask a source. */
const ASKING: Record<SourceName, string[]> = { huggingface: ["day"], arxiv: ["paper", "versions"] };

/** How far each source has come, in the order given. */
export function listSources(db: Db, sources: readonly SourceName[]): Promise<Source[]> {
  const kinds = sources.flatMap((source) => ASKING[source].map((kind) => ({ source, kind })));
  return db.query(sql`
    select upper(s.kind) as kind, b.last_success_at as "lastSuccessAt", b.last_error as "lastError",
      case when min(next.at) is not null then greatest(min(next.at), b.paused_until) end as "nextAt",
      b.last_success_at is null or coalesce(min(next.due_at) < now() - ${BEHIND_AFTER}, false) as "isBehind"
    from unnest(${sources}::text[]) with ordinality s (kind, n)
    left join source_budgets b on b.source = s.kind
    left join unnest(
      ${kinds.map(({ source }) => source)}::text[], ${kinds.map(({ kind }) => kind)}::text[]
    ) k (source, kind) on k.source = s.kind
    left join lateral (
      select t.due_at, greatest(t.due_at, t.held_until) as at from source_tasks t
      where t.source = k.source and t.kind = k.kind order by t.due_at limit 1
    ) next on true
    group by s.n, s.kind, b.source order by s.n`);
}

/** Hugging Face's weekdays since the first one to fill that have closed and were never read, newest first, and the number of all. */
export async function listGaps(db: Db, first: number): Promise<{ days: string[]; count: number }> {
  const [row] = await db.query<{ now: Date; first: string | null; read: string[] }>(sql`
    select now() as now, p.day as first, array(
      select t.key from source_tasks t
      where t.source = p.source and t.kind = 'day' and t.key >= p.day::text and t.last_success_at is not null
    ) as read
    from source_tasks p where p.source = 'huggingface' and p.kind = 'plan' and p.key = ''`);
  if (!row?.first) return { days: [], count: 0 };
  const read = new Set(row.read);
  const days: string[] = [];
  for (let day = dayAfter(openDay(row.now), -1); day >= row.first; day = dayAfter(day, -1)) {
    if (!read.has(day) && !isWeekend(new UTCDate(day))) days.push(day);
  }
  return { days: days.slice(0, first), count: days.length };
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
