import type { Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { nextSendAt, type Schedule } from "./schedule";

/** What a schedule needs of a subscription `s`. */
export const scheduleColumns = sql`s.id, s.frequency, s.weekday, s.hour, s.time_zone as "timeZone"`;

/** Those whose pause is over go on, at their next own hour; so do those whose next time nobody has said. */
export async function resumeSubscriptions(db: WritableDb, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const resumed = await tx.read<Schedule>(sql`
      update digest_subscriptions s set status = 'ACTIVE', paused_until = null, updated_at = ${now}::timestamptz
      where (s.status = 'PAUSED' and s.paused_until <= (${now}::timestamptz at time zone 'UTC')::date)
        or (s.status = 'ACTIVE' and s.next_send_at is null)
      returning ${scheduleColumns}`);
    await moveOn(tx, resumed, now);
  });
}

/** Sets when each is due next, seen from `now`. */
export async function moveOn(tx: Transaction, subscriptions: Schedule[], now: Date): Promise<void> {
  if (subscriptions.length === 0) return;
  await tx.read(sql`
    update digest_subscriptions s set next_send_at = n.at
    from unnest(
      ${subscriptions.map(({ id }) => id)}::int[], ${subscriptions.map((each) => nextOrNever(each, now))}::timestamptz[]
    ) as n (id, at)
    where s.id = n.id`);
}

/** A zone that this version of Node does not know holds up nobody else. */
function nextOrNever(subscription: Schedule, now: Date): Date | null {
  try {
    return nextSendAt(subscription, now);
  } catch {
    return null;
  }
}
