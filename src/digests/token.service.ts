import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Db, Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { DigestToken } from "./digest-token.entity";

export type TokenPurpose = DigestToken["purpose"];

const CONFIRMATION_HOURS = 48;

/** The token of a mail's links: 256 bits that nobody can guess, and the same again when the mail is sent again. */
export function tokenOfDelivery(secret: string, purpose: TokenPurpose, deliveryId: number): string {
  return createHmac("sha256", secret).update(`token ${purpose} ${deliveryId}`).digest("base64url");
}

export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * Makes a token good for a subscription: CONFIRM once, for 48 hours, and in place of earlier ones; MANAGE for good. Only
 * its SHA-256 is stored. Issued again, its time begins anew.
 */
export async function issueToken(
  db: WritableDb | Transaction,
  subscriptionId: number,
  purpose: TokenPurpose,
  token: string,
): Promise<void> {
  const hash = hashToken(token);
  const issue = sql`
    with earlier as (
      update digest_tokens set revoked_at = now()
      where ${purpose} = 'CONFIRM' and purpose = 'CONFIRM' and subscription_id = ${subscriptionId}::int
        and revoked_at is null and hash <> ${hash}
    )
    insert into digest_tokens (hash, subscription_id, purpose, expires_at)
    values (${hash}, ${subscriptionId}::int, ${purpose},
      case when ${purpose} = 'CONFIRM' then now() + make_interval(hours => ${CONFIRMATION_HOURS}::int) end)
    on conflict (hash) do update set expires_at = excluded.expires_at where digest_tokens.used_at is null`;
  await ("write" in db ? db.write(issue) : db.read(issue));
}

/** What a token is good for; null when it is none of ours or was revoked. A look-up by hash takes the same time for all. */
export interface KnownToken {
  subscriptionId: number;
  purpose: TokenPurpose;
  isUsed: boolean;
  isExpired: boolean;
}

export async function findToken(db: Db, token: string): Promise<KnownToken | null> {
  const [row] = await db.read<KnownToken>(sql`
    select t.subscription_id as "subscriptionId", t.purpose, t.used_at is not null as "isUsed",
      coalesce(t.expires_at <= now(), false) as "isExpired"
    from digest_tokens t where t.hash = ${hashToken(token)} and t.revoked_at is null`);
  return row ?? null;
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
