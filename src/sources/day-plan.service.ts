import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { closesAt, dayAfter, openDay } from "./day-schedule";
import { addTasks } from "./task-queue";

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
