import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";

/**
 * Forgets what is kept no longer: subscriptions that nobody confirmed within 7 days, and the network addresses and user
 * agents of both steps of a consent after 90 days. Doing it again changes nothing.
 */
export async function forgetOldData(db: WritableDb, now: Date): Promise<void> {
  await db.write(sql`
    delete from digest_subscriptions s
    where s.status = 'PENDING' and s.requested_at < ${now}::timestamptz - interval '7 days'`);
  await db.write(sql`
    update digest_subscriptions s set request_address = null, request_user_agent = null
    where s.requested_at < ${now}::timestamptz - interval '90 days'
      and (s.request_address is not null or s.request_user_agent is not null)`);
  await db.write(sql`
    update digest_subscriptions s set confirm_address = null, confirm_user_agent = null
    where s.confirmed_at < ${now}::timestamptz - interval '90 days'
      and (s.confirm_address is not null or s.confirm_user_agent is not null)`);
}
