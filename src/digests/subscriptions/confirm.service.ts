import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { UserErrorCode } from "../../graphql/user-error.type";
import type { DigestRequest } from "../deliveries/delivery.entity";
import { DigestStatus } from "../digest.types";
import { findSubscription, lockSubscription } from "./link.service";
import { nextSendAt } from "./schedule";
import type { Consent } from "./subscribe.service";
import type { DigestSubscription } from "./subscription.entity";
import {
  endLinks,
  findToken,
  formerTokenOf,
  hashToken,
  issueToken,
  type KnownToken,
  randomToken,
} from "./token.service";

export type Confirmation =
  | { subscription: DigestSubscription; managementToken: string }
  | { problem: UserErrorCode.TOKEN_INVALID | UserErrorCode.TOKEN_EXPIRED };

/**
 * Makes a subscription ACTIVE as requested in the mail with this token, which works once. Records the consent and creates a
 * management token. Atomic.
 */
export function confirmSubscription(
  db: WritableDb,
  secret: string,
  token: string,
  consent: Consent,
  now: Date,
): Promise<Confirmation> {
  const managementToken = randomToken();
  return db.transaction(async (tx): Promise<Confirmation> => {
    // A transaction that is retried because its commit was not acknowledged may have confirmed already.
    const done = await findToken(tx, managementToken);
    if (done) return { subscription: await findSubscription(tx, done.subscriptionId), managementToken };
    const [taken] = await tx.query<{ subscriptionId: number; deliveryId: number | null; isExpired: boolean }>(sql`
      select subscription_id as "subscriptionId", delivery_id as "deliveryId", expires_at <= ${now}::timestamptz as "isExpired" from digest_tokens
      where hash = ${hashToken(token)} and purpose = 'CONFIRM' and used_at is null and revoked_at is null
      for update`);
    if (!taken) return { problem: UserErrorCode.TOKEN_INVALID };
    if (taken.isExpired) return { problem: UserErrorCode.TOKEN_EXPIRED };
    const subscription = await lockSubscription(tx, taken.subscriptionId);
    if (subscription.status === DigestStatus.SUPPRESSED) return { problem: UserErrorCode.TOKEN_INVALID };
    await tx.query(sql`update digest_tokens set used_at = now() where hash = ${hashToken(token)}`);
    await applyRequest(tx, secret, taken, token);
    await endLinks(tx, subscription.id, null);
    await issueToken(tx, subscription.id, "MANAGE", managementToken);
    const wanted = await findSubscription(tx, subscription.id);
    return { subscription: await activate(tx, wanted, consent, now), managementToken };
  });
}

/** Applies the preferences that were requested with the mail of this token. */
async function applyRequest(
  tx: Transaction,
  secret: string,
  { subscriptionId: id, deliveryId }: Pick<KnownToken, "subscriptionId" | "deliveryId">,
  token: string,
): Promise<void> {
  const requests = await tx.query<{ id: number; request: DigestRequest }>(sql`
    select id, request from digest_deliveries
    where subscription_id = ${id}::int and kind = 'CONFIRMATION' and request is not null
      and id = coalesce(${deliveryId}::int, id)`);
  const isOfToken = (each: { id: number }) =>
    deliveryId === each.id || formerTokenOf(secret, "CONFIRM", each.id) === token;
  const request = requests.find(isOfToken)?.request;
  if (!request) return;
  await tx.query(sql`
    update digest_subscriptions set email = coalesce(${request.email ?? null}, email), frequency = ${request.frequency}, weekday = ${request.weekday},
      hour = ${request.hour}::int, time_zone = ${request.timeZone}, max_papers = ${request.maxPapers}::int,
      skip_empty = ${request.skipEmpty}::boolean, filter = ${JSON.stringify(request.filter)}::jsonb,
      consent_version = ${request.consentVersion}, requested_at = ${request.requestedAt}::timestamptz,
      request_address = ${request.address}, request_user_agent = ${request.userAgent}
    where id = ${id}::int`);
}

/** Makes a subscription ACTIVE; records the consent, and when the next digest is due. */
export async function activate(
  tx: Transaction,
  subscription: DigestSubscription,
  { address, userAgent }: Consent,
  now: Date,
  digestsSince: Date | null = null,
): Promise<DigestSubscription> {
  await tx.query(sql`
    update digest_subscriptions set status = 'ACTIVE', confirmed_at = ${now}, digests_since = ${digestsSince},
      confirm_address = ${address}, confirm_user_agent = ${userAgent}, paused_until = null, soft_bounces = 0,
      next_send_at = ${nextSendAt(subscription, now)}, updated_at = now()
    where id = ${subscription.id}::int`);
  return findSubscription(tx, subscription.id);
}
