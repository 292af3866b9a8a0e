import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { addTasks } from "../tasks/task-queue";
import { closesAt, dayAfter, nextReading, openDay } from "./day-schedule";

/** Days that are filled at the first start, without a setting. */
const DEFAULT_DAYS = 14;

const plan = sql`p.source = 'huggingface' and p.kind = 'plan'`;

/**
 * Makes a task for each day from the first one to fill to the open one; days before it that were never read are given up. The
 * first day is that of the setting or, without one, the first start's. Idempotent. Returns when the next day opens.
 */
export async function planDays(db: WritableDb, since: string | null, now: Date): Promise<Date> {
  const open = openDay(now);
  const [row] = await db.write<{ day: string }>(sql`
    update source_tasks p set day = coalesce(${since}::date, p.day, ${dayAfter(open, -DEFAULT_DAYS)}::date)
    where ${plan} returning p.day`);
  const first = row && row.day < open ? row.day : open;
  const days = sql`
    select d::date::text as key, d::date as day from generate_series(${first}::date, ${open}::date, interval '1 day') d`;
  await addTasks(db, { source: "huggingface", kind: "day" }, days, now);
  await db.write(sql`
    delete from source_tasks t
    where t.source = 'huggingface' and t.kind = 'day' and t.day < ${first}::date
      and t.last_success_at is null and t.owner is null`);
  return closesAt(open);
}

/** Makes a task for a day that has opened, if there is none. */
export async function planDay(db: WritableDb, day: string, now: Date): Promise<void> {
  await addTasks(db, { source: "huggingface", kind: "day" }, sql`select ${day}::text as key, ${day}::date as day`, now);
}

/** A day's list that was read whole, and merged. */
export interface DayRead {
  day: string;
  /** When the reading began. */
  readAt: Date;
}

/** Notes days that were read by an import. Days that were read later already stay as they are. */
export async function noteDaysRead(db: WritableDb, days: readonly DayRead[]): Promise<void> {
  const column = <T>(of: (read: DayRead) => T) => days.map(of);
  await db.write(sql`
    insert into source_tasks as t (source, kind, key, day, due_at, successes, last_success_at, completed_at)
    select 'huggingface', 'day', d.day::text, d.day, d.due_at, 1, d.read_at, case when d.is_complete then d.read_at end
    from unnest(
      ${column(({ day }) => day)}::date[], ${column(({ readAt }) => readAt)}::timestamptz[],
      ${column(({ day, readAt }) => nextReading(day, readAt))}::timestamptz[],
      ${column(({ day, readAt }) => readAt >= closesAt(day))}::boolean[]
    ) as d (day, read_at, due_at, is_complete)
    on conflict (source, kind, key) do update set due_at = excluded.due_at, successes = t.successes + 1,
      last_success_at = excluded.last_success_at, completed_at = coalesce(t.completed_at, excluded.completed_at)
      where t.last_success_at is null or t.last_success_at < excluded.last_success_at`);
}
