import type { WritableDb } from "../db/database";
import { type Sql, sql } from "../db/sql";

/** What is kept for how long, and what is done with it then. Each is in force for every row, whatever wrote it. */
const terms: ((now: Date) => Sql)[] = [
  // Nobody confirmed it: a week after the latest request.
  (now) => sql`
    delete from digest_subscriptions s
    where s.status = 'PENDING' and s.requested_at < ${now}::timestamptz - interval '7 days'`,
  // The proof of a consent: network address and user agent of both of its steps.
  (now) => sql`
    update digest_subscriptions s set request_address = null, request_user_agent = null
    where s.requested_at < ${now}::timestamptz - interval '90 days'
      and (s.request_address is not null or s.request_user_agent is not null)`,
  (now) => sql`
    update digest_subscriptions s set confirm_address = null, confirm_user_agent = null
    where coalesce(s.confirmed_at, s.requested_at) < ${now}::timestamptz - interval '90 days'
      and (s.confirm_address is not null or s.confirm_user_agent is not null)`,
  // What a request asked for, its address and user agent too: its link has not worked for days.
  (now) => sql`
    update digest_deliveries d set request = null
    where d.kind = 'CONFIRMATION' and d.request is not null and d.created_at < ${now}::timestamptz - interval '7 days'`,
  // Not forgotten, but found under every spelling: what the version before wrote during an upgrade kept dots and the like.
  () => sql`
    update digest_subscriptions s
    set email_fold = coalesce(nullif(replace(split_part(s.email_fold, '@', 1), '.', ''), ''), split_part(s.email_fold, '@', 1)) || '@gmail.com'
    where s.email_fold ~ '[.].*@gmail[.]com$|@googlemail[.]com$'`,
  () => sql`
    update digest_subscriptions s
    set email_fold = coalesce(nullif(translate(split_part(s.email_fold, '@', 1), '._-', ''), ''), split_part(s.email_fold, '@', 1)) || '@proton.me'
    where s.email_fold ~ '[._-].*@proton[.]me$|@(protonmail[.]com|pm[.]me)$'`,
  // Links that work no more; until then their page says why.
  (now) => sql`
    delete from digest_tokens t
    where t.purpose = 'CONFIRM' and t.created_at < ${now}::timestamptz - interval '90 days'`,
  // A reader who left, with all mails: until then an old mail's link says that there is nothing to end.
  (now) => sql`
    delete from digest_subscriptions s
    where s.status in ('UNSUBSCRIBED', 'SUPPRESSED') and s.updated_at < ${now}::timestamptz - interval '1 year'
      and not exists (
        select from digest_deliveries d
        where d.subscription_id = s.id and d.created_at > ${now}::timestamptz - interval '7 days'
      )`,
  // A signature is good for five minutes, but who posts an event again later signs it anew.
  (now) => sql`delete from digest_events e where e.received_at < ${now}::timestamptz - interval '90 days'`,
];

/**
 * Forgets what is kept no longer: requests that nobody confirmed, where consents came from, readers who left a year ago,
 * ids of events. Doing it again changes nothing.
 */
export async function forgetOldData(db: WritableDb, now: Date): Promise<void> {
  // They read whole tables, and the first time may change much.
  for (const statement of terms) await db.bulk((tx) => tx.read(statement(now)));
}
