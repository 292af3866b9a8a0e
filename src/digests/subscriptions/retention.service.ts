import type { WritableDb } from "../../db/database";
import { type Sql, sql } from "../../db/sql";

/** How long data is kept, and what is done with it then. Each applies to every row, whatever wrote it. */
const terms: ((now: Date) => Sql)[] = [
  // Unconfirmed subscriptions: deleted a week after the latest request.
  (now) => sql`
    delete from digest_subscriptions s
    where s.status = 'PENDING' and s.requested_at < ${now}::timestamptz - interval '7 days'`,
  // The proof of a consent: network address and user agent of both steps.
  (now) => sql`
    update digest_subscriptions s set request_address = null, request_user_agent = null
    where s.requested_at < ${now}::timestamptz - interval '90 days'
      and (s.request_address is not null or s.request_user_agent is not null)`,
  (now) => sql`
    update digest_subscriptions s set confirm_address = null, confirm_user_agent = null
    where coalesce(s.confirmed_at, s.requested_at) < ${now}::timestamptz - interval '90 days'
      and (s.confirm_address is not null or s.confirm_user_agent is not null)`,
  // The contents of a request, with its address and user agent: its link expired days ago.
  (now) => sql`
    update digest_deliveries d set request = null
    where d.kind = 'CONFIRMATION' and d.request is not null and d.created_at < ${now}::timestamptz - interval '7 days'`,
  // Not deleted, but made findable under every spelling: an earlier version, during an upgrade, kept dots and the like.
  () => sql`
    update digest_subscriptions s
    set email_fold = coalesce(nullif(replace(split_part(s.email_fold, '@', 1), '.', ''), ''), split_part(s.email_fold, '@', 1)) || '@gmail.com'
    where s.email_fold ~ '[.].*@gmail[.]com$|@googlemail[.]com$'`,
  () => sql`
    update digest_subscriptions s
    set email_fold = coalesce(nullif(translate(split_part(s.email_fold, '@', 1), '._-', ''), ''), split_part(s.email_fold, '@', 1)) || '@proton.me'
    where s.email_fold ~ '[._-].*@proton[.]me$|@(protonmail[.]com|pm[.]me)$'`,
  // Links that no longer work; until then their page says why.
  (now) => sql`
    delete from digest_tokens t
    where t.purpose = 'CONFIRM' and t.created_at < ${now}::timestamptz - interval '90 days'`,
  // Readers who left, with all mails; until then the link of an old mail says that there is nothing to end.
  (now) => sql`
    delete from digest_subscriptions s
    where s.status in ('UNSUBSCRIBED', 'SUPPRESSED') and s.updated_at < ${now}::timestamptz - interval '1 year'
      and not exists (
        select from digest_deliveries d
        where d.subscription_id = s.id and d.created_at > ${now}::timestamptz - interval '7 days'
      )`,
  // A signature is valid for five minutes, but a mail service that posts an event again later signs it again.
  (now) => sql`delete from digest_events e where e.received_at < ${now}::timestamptz - interval '90 days'`,
];

/**
 * Deletes expired data: unconfirmed requests, where consents came from, readers who left a year ago, ids of events.
 * Idempotent.
 */
export async function forgetOldData(db: WritableDb, now: Date): Promise<void> {
  // They read whole tables, and the first run may change many rows.
  for (const statement of terms) await db.bulk((tx) => tx.query(statement(now)));
}
