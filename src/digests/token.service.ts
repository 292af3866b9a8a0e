import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Db, Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { DigestToken } from "./digest-token.entity";

export type TokenPurpose = DigestToken["purpose"];

const CONFIRMATION_HOURS = 48;
const UNDO_HOURS = 24;

/**
 * The token of a mail's links: 256 bits that nobody can guess, and the same again when the mail is sent again. The
 * delivery's nonce is random: a number would come a second time, for somebody else, after a backup was restored.
 */
export function tokenOfDelivery(secret: string, purpose: TokenPurpose, nonce: Buffer): string {
  return createHmac("sha256", secret).update(`token ${purpose} `).update(nonce).digest("base64url");
}

/** The same as the version before made it, for what it issued: only such tokens name no delivery. */
export function formerTokenOf(secret: string, purpose: TokenPurpose, deliveryId: number): string {
  return createHmac("sha256", secret).update(`token ${purpose} ${deliveryId}`).digest("base64url");
}

export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Makes a token good for a subscription: CONFIRM once, for 48 hours, and in place of earlier ones; MANAGE until it is
 * revoked. Only its SHA-256 is stored. Issued again, for a mail that was not taken, its time begins anew.
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
  await ("write" in db ? db.write(issue) : db.read(issue));
}

/** What a token is good for; null when it is none of ours or was replaced. A look-up by hash takes the same time for all. */
export interface KnownToken {
  subscriptionId: number;
  /** The mail that holds it, if one does and it is known. */
  deliveryId: number | null;
  purpose: TokenPurpose;
  isUsed: boolean;
  isExpired: boolean;
  /** Of MANAGE: it ends the subscription, and does nothing else any more. */
  isEnded: boolean;
  /** Of MANAGE: it ended the subscription less than a day ago. */
  mayUndo: boolean;
}

export async function findToken(db: Db, token: string): Promise<KnownToken | null> {
  const [row] = await db.read<KnownToken>(sql`
    select t.subscription_id as "subscriptionId", t.delivery_id as "deliveryId", t.purpose,
      t.used_at is not null as "isUsed", coalesce(t.expires_at <= now(), false) as "isExpired",
      t.revoked_at is not null as "isEnded",
      t.purpose = 'MANAGE' and coalesce(t.used_at > now() - make_interval(hours => ${UNDO_HOURS}::int), false) as "mayUndo"
    from digest_tokens t
    where t.hash = ${hashToken(token)} and (t.revoked_at is null or t.purpose = 'MANAGE')`);
  return row ?? null;
}

/** Ends all links that manage a subscription, but for one if it is given: they end the subscription, and nothing else. */
export async function endLinks(tx: Transaction, subscriptionId: number, except: string | null): Promise<void> {
  await tx.read(sql`
    update digest_tokens t set revoked_at = coalesce(t.revoked_at, now()), used_at = null
    where t.subscription_id = ${subscriptionId}::int and t.purpose = 'MANAGE'
      and (t.revoked_at is null or t.used_at is not null)
      and t.hash is distinct from ${except === null ? null : hashToken(except)}::bytea`);
}

/** Notes that a link has ended its subscription: it may undo that for a day, unless it had ended itself before. */
export async function noteEnding(tx: Transaction, token: string): Promise<void> {
  await tx.read(sql`
    update digest_tokens t set used_at = now(), revoked_at = now()
    where t.hash = ${hashToken(token)} and t.revoked_at is null`);
}

/** Makes a link good again that has undone an ending. */
export async function restoreLink(tx: Transaction, token: string): Promise<void> {
  await tx.read(sql`
    update digest_tokens t set used_at = null, revoked_at = null where t.hash = ${hashToken(token)}`);
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
