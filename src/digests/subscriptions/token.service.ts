import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Db, Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import type { DigestToken } from "./digest-token.entity";

export type TokenPurpose = DigestToken["purpose"];

const CONFIRMATION_HOURS = 48;
const UNDO_HOURS = 24;

/**
 * The token of a mail's links: 256 unguessable bits, the same when the mail is sent again. The delivery's nonce is random: an
 * id would recur, for another reader, after a backup was restored.
 */
export function tokenOfDelivery(secret: string, purpose: TokenPurpose, nonce: Buffer): string {
  return createHmac("sha256", secret).update(`token ${purpose} `).update(nonce).digest("base64url");
}

/** The token as an earlier version derived it: only tokens of that version do not name their delivery. */
export function formerTokenOf(secret: string, purpose: TokenPurpose, deliveryId: number): string {
  return createHmac("sha256", secret).update(`token ${purpose} ${deliveryId}`).digest("base64url");
}

export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Makes a token valid for a subscription: CONFIRM once, for 48 hours, replacing earlier ones; MANAGE until it is revoked.
 * Only its SHA-256 is stored. Issuing it again, for a mail that was not accepted, restarts its time.
 */
export async function issueToken(
  db: WritableDb | Transaction,
  subscriptionId: number,
  purpose: TokenPurpose,
  token: string,
  deliveryId: number | null = null,
): Promise<void> {
  const hash = hashToken(token);
  const issue = sql`
    with earlier as (
      update digest_tokens set revoked_at = now()
      where ${purpose} = 'CONFIRM' and purpose = 'CONFIRM' and subscription_id = ${subscriptionId}::int
        and revoked_at is null and hash <> ${hash}
    )
    insert into digest_tokens (hash, subscription_id, delivery_id, purpose, expires_at)
    values (${hash}, ${subscriptionId}::int, ${deliveryId}::int, ${purpose},
      case when ${purpose} = 'CONFIRM' then now() + make_interval(hours => ${CONFIRMATION_HOURS}::int) end)
    on conflict (hash) do update set expires_at = excluded.expires_at,
      revoked_at = case when ${purpose} = 'CONFIRM' then digest_tokens.revoked_at end
    where digest_tokens.used_at is null`;
  await ("write" in db ? db.write(issue) : db.query(issue));
}

/** What a token may do; null for an unknown or replaced one. Looking it up by hash takes the same time for all tokens. */
export interface KnownToken {
  subscriptionId: number;
  /** The mail that holds it, if known. */
  deliveryId: number | null;
  purpose: TokenPurpose;
  isUsed: boolean;
  isExpired: boolean;
  /** For MANAGE: it can only end the subscription. */
  isEnded: boolean;
  /** For MANAGE: it ended the subscription less than a day ago. */
  mayUndo: boolean;
}

export async function findToken(db: Db, token: string): Promise<KnownToken | null> {
  const [row] = await db.query<KnownToken>(sql`
    select t.subscription_id as "subscriptionId", t.delivery_id as "deliveryId", t.purpose,
      t.used_at is not null as "isUsed", coalesce(t.expires_at <= now(), false) as "isExpired",
      t.revoked_at is not null as "isEnded",
      t.purpose = 'MANAGE' and coalesce(t.used_at > now() - make_interval(hours => ${UNDO_HOURS}::int), false) as "mayUndo"
    from digest_tokens t
    where t.hash = ${hashToken(token)} and (t.revoked_at is null or t.purpose = 'MANAGE')`);
  return row ?? null;
}

/** Revokes all links that manage a subscription, except the given one: they can then only end it. */
export async function endLinks(tx: Transaction, subscriptionId: number, except: string | null): Promise<void> {
  await tx.query(sql`
    update digest_tokens t set revoked_at = coalesce(t.revoked_at, now()), used_at = null
    where t.subscription_id = ${subscriptionId}::int and t.purpose = 'MANAGE'
      and (t.revoked_at is null or t.used_at is not null)
      and t.hash is distinct from ${except === null ? null : hashToken(except)}::bytea`);
}

/** Records that a link ended its subscription: it can undo that for a day, unless it was revoked before. */
export async function noteEnding(tx: Transaction, token: string): Promise<void> {
  await tx.query(sql`
    update digest_tokens t set used_at = now(), revoked_at = now()
    where t.hash = ${hashToken(token)} and t.revoked_at is null`);
}

/** Makes a link valid again after it undid its unsubscribing. */
export async function restoreLink(tx: Transaction, token: string): Promise<void> {
  await tx.query(sql`
    update digest_tokens t set used_at = null, revoked_at = null where t.hash = ${hashToken(token)}`);
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
