import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { nextSendAt, type Schedule, startOfDay } from "./schedule";

/** The columns of a subscription `s` that its schedule needs. */
export const scheduleColumns = sql`s.id, s.frequency, s.weekday, s.hour, s.time_zone as "timeZone"`;

/** Resumes subscriptions whose pause is over, at their next hour; also schedules active ones without a next time. */
export async function resumeSubscriptions(db: WritableDb, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    // A local day may begin up to 14 hours before the UTC day.
    const paused = await tx.query<Schedule & { pausedUntil: string | null }>(sql`
      select ${scheduleColumns}, s.paused_until as "pausedUntil" from digest_subscriptions s
      where (s.status = 'PAUSED' and s.paused_until <= (${now}::timestamptz at time zone 'UTC' + interval '14 hours')::date)
        or (s.status = 'ACTIVE' and s.next_send_at is null)
      order by s.id
      for update skip locked`);
    const resumed = paused.filter((each) => hasBegun(each, now));
    await tx.query(sql`
      update digest_subscriptions s set status = 'ACTIVE', paused_until = null, updated_at = ${now}::timestamptz
      where s.id = any(${resumed.map(({ id }) => id)}::int[])`);
    await moveOn(tx, resumed, now);
  });
}

function hasBegun({ timeZone, pausedUntil }: Schedule & { pausedUntil: string | null }, now: Date): boolean {
  try {
    return pausedUntil === null || startOfDay(timeZone, pausedUntil) <= now;
  } catch {
    // This version of Node does not know the zone.
    return true;
  }
}

/** Sets the next time of each after `now`. */
export async function moveOn(tx: Transaction, subscriptions: Schedule[], now: Date): Promise<void> {
  if (subscriptions.length === 0) return;
  await tx.query(sql`
    update digest_subscriptions s set next_send_at = n.at
    from unnest(
      ${subscriptions.map(({ id }) => id)}::int[], ${subscriptions.map((each) => nextOrNever(each, now))}::timestamptz[]
    ) as n (id, at)
    where s.id = n.id`);
}

/** Null for a zone that this version of Node does not know, which must not hold up other subscriptions. */
function nextOrNever(subscription: Schedule, now: Date): Date | null {
  try {
    return nextSendAt(subscription, now);
  } catch {
    return null;
  }
}
