import type { Transaction, WritableDb } from "../../db/database";
import { lockMailbox } from "../../db/locks";
import { sql } from "../../db/sql";
import { hashAddress, hashesOf, normalizeAddress } from "../subscriptions/address";
import type { DigestSuppression } from "./suppression.entity";

const SOFT_BOUNCES = 3;
const PAUSE_DAYS = 30;

/** Ends a subscription for good and adds its address to the suppression list: no mail is ever sent there again. */
export async function suppress(
  tx: Transaction,
  secret: string,
  { subscriptionId, email }: { subscriptionId: number; email: string },
  reason: DigestSuppression["reason"],
): Promise<void> {
  await tx.query(sql`
    update digest_subscriptions s
    set status = 'SUPPRESSED', next_send_at = null, paused_until = null, updated_at = now()
    where s.id = ${subscriptionId}::int`);
  await suppressAddress(tx, secret, email, reason);
}

/**
 * Counts a mail that was given up after temporary rejections of the address. A full mailbox, say, may have room again: the
 * third in a row pauses the subscription for 30 days, after which it resumes by itself.
 */
export async function countSoftBounce(tx: Transaction, subscriptionId: number, now: Date): Promise<void> {
  await tx.query(sql`
    update digest_subscriptions s set soft_bounces = s.soft_bounces + 1, soft_bounced_at = ${now}::timestamptz
    where s.id = ${subscriptionId}::int`);
  await tx.query(sql`
    update digest_subscriptions s
    set status = 'PAUSED', next_send_at = null, soft_bounces = 0, updated_at = now(),
      paused_until = (${now}::timestamptz at time zone 'UTC')::date + ${PAUSE_DAYS}::int
    where s.id = ${subscriptionId}::int and s.status = 'ACTIVE' and s.soft_bounces >= ${SOFT_BOUNCES}::int`);
}

/**
 * Deletes everything known about a reader, under every spelling of the mailbox. Keyed hashes of the address and the mailbox
 * stay, so that no mail is sent there again.
 */
export function eraseAddress(db: WritableDb, secret: string, email: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const mailbox = normalizeAddress(email);
    // Not at the same time as a request to subscribe the same address.
    await lockMailbox(tx, mailbox);
    const gone = await tx.query(sql`
      delete from digest_subscriptions where lower(email) = lower(${email}) or email_fold = ${mailbox} returning id`);
    await suppressHashes(tx, hashesOf(secret, email), "ERASURE");
    return gone.length > 0;
  });
}

/** Adds an address to the suppression list: no mail is ever sent there again. */
export function suppressAddress(
  tx: Transaction,
  secret: string,
  email: string,
  reason: DigestSuppression["reason"],
): Promise<void> {
  return suppressHashes(tx, [hashAddress(secret, email)], reason);
}

async function suppressHashes(tx: Transaction, hashes: Buffer[], reason: DigestSuppression["reason"]): Promise<void> {
  await tx.query(sql`
    insert into digest_suppressions (address_hash, reason) select n.hash, ${reason} from unnest(${hashes}::bytea[]) n (hash)
    on conflict (address_hash) do nothing`);
}
