import type { WritableDb } from "../../src/db/database";
import { type Sql, sql } from "../../src/db/sql";
import { foldAddress } from "../../src/digests/address";
import type { Consent, DigestActions, DigestChanges, SubscribeForm } from "../../src/digests/pages/actions";
import type { DigestSubscription } from "../../src/digests/subscription.entity";
import { findToken, hashToken } from "../../src/digests/token.service";

// TO BE REPLACED by the subscription service: enough of its rules to prove the pages on a real database.
export function digestActions(db: WritableDb): DigestActions {
  const change = async (token: string, values: Sql): Promise<boolean> => {
    const rows = await db.write(sql`
      update digest_subscriptions s set ${values}, updated_at = now() from digest_tokens t
      where t.subscription_id = s.id and t.hash = ${hashToken(token)} and t.purpose = 'MANAGE' returning s.id`);
    return rows.length > 0;
  };
  return {
    find: (token) => find(db, token),
    confirm: (token, consent) => confirm(db, token, consent),
    subscribe: (form, from) => subscribe(db, form, from),
    update: async (token, changes) => {
      await change(token, changedColumns(changes));
      return { errors: [] };
    },
    unsubscribe: (token) => change(token, sql`status = 'UNSUBSCRIBED'`),
    resubscribe: (token, { address, userAgent }) =>
      change(
        token,
        sql`status = 'ACTIVE', confirmed_at = now(), confirm_address = ${address}, confirm_user_agent = ${userAgent}`,
      ),
    webCopy: async (token) => {
      const found = await findToken(db, token);
      return found && `<html><head><style>p { color: red }</style></head><body><p>Issue</p></body></html>`;
    },
  };
}

async function find(db: WritableDb, token: string) {
  const found = await findToken(db, token);
  if (!found) return null;
  const [subscription] = await db.read<DigestSubscription>(sql`
    select id, email, status, frequency, weekday, hour, time_zone as "timeZone", max_papers as "maxPapers",
      skip_empty as "skipEmpty", filter, paused_until::text as "pausedUntil", next_send_at as "nextSendAt"
    from digest_subscriptions where id = ${found.subscriptionId}`);
  return { ...found, subscription: subscription! };
}

async function confirm(db: WritableDb, token: string, { address, userAgent }: Consent) {
  const found = await findToken(db, token);
  if (found?.isExpired) return { managementToken: null, problem: "TOKEN_EXPIRED" as const };
  const rows = await db.write(sql`
    with used as (
      update digest_tokens set used_at = now() where hash = ${hashToken(token)} and purpose = 'CONFIRM' and used_at is null
      returning subscription_id
    )
    update digest_subscriptions s set status = 'ACTIVE', confirmed_at = now(), confirm_address = ${address},
      confirm_user_agent = ${userAgent}
    from used where s.id = used.subscription_id returning s.id`);
  return { managementToken: null, problem: rows.length > 0 ? null : ("TOKEN_INVALID" as const) };
}

async function subscribe(db: WritableDb, form: SubscribeForm, { address, userAgent }: Consent) {
  const { email, frequency, hour, timeZone, keywords, consentVersion } = form;
  await db.write(sql`
    insert into digest_subscriptions (email, email_fold, frequency, weekday, hour, time_zone, max_papers, skip_empty,
      filter, consent_version, request_address, request_user_agent)
    values (${email}, ${foldAddress(email)}, ${frequency}, 'MONDAY', ${hour}, ${timeZone}, 20, true,
      ${JSON.stringify({ keywords })}, ${consentVersion}, ${address}, ${userAgent})
    on conflict do nothing`);
  return { errors: [] };
}

function changedColumns(changes: DigestChanges): Sql {
  const { keywords, excludeKeywords, minUpvotes, hasCode, pausedUntil } = changes;
  const filter = JSON.stringify({ keywords, excludeKeywords, minUpvotes, hasCode });
  if (pausedUntil !== undefined) {
    return sql`paused_until = ${pausedUntil}::date, status = ${pausedUntil === null ? "ACTIVE" : "PAUSED"}`;
  }
  return sql`frequency = ${changes.frequency}, weekday = ${changes.weekday}, hour = ${changes.hour},
    time_zone = ${changes.timeZone}, max_papers = ${changes.maxPapers}, skip_empty = ${changes.skipEmpty},
    filter = filter || ${filter}::jsonb`;
}
