import type { Transaction, WritableDb } from "../db/database";
import { sql } from "../db/sql";
import { foldAddress, hashAddress, hashesOf } from "./address";
import type { DigestSuppression } from "./suppression.entity";

const SOFT_BOUNCES = 3;
const PAUSE_DAYS = 30;

/** Ends a subscription for good and puts its address on the list of those that are never written to again. */
export async function suppress(
  tx: Transaction,
  secret: string,
  { subscriptionId, email }: { subscriptionId: number; email: string },
  reason: DigestSuppression["reason"],
): Promise<void> {
  await tx.read(sql`
    update digest_subscriptions s
    set status = 'SUPPRESSED', next_send_at = null, paused_until = null, updated_at = now()
    where s.id = ${subscriptionId}::int`);
  await suppressAddress(tx, secret, email, reason);
}

/**
 * Counts a mail that was given up because the address was put off each time. A mailbox that is full, say, may have room
 * again: the third in a row pauses the subscription for 30 days, after which it goes on by itself.
 */
export async function countSoftBounce(tx: Transaction, subscriptionId: number, now: Date): Promise<void> {
  await tx.read(sql`
    update digest_subscriptions s set soft_bounces = s.soft_bounces + 1, soft_bounced_at = ${now}::timestamptz
    where s.id = ${subscriptionId}::int`);
  await tx.read(sql`
    update digest_subscriptions s
    set status = 'PAUSED', next_send_at = null, soft_bounces = 0, updated_at = now(),
      paused_until = (${now}::timestamptz at time zone 'UTC')::date + ${PAUSE_DAYS}::int
    where s.id = ${subscriptionId}::int and s.status = 'ACTIVE' and s.soft_bounces >= ${SOFT_BOUNCES}::int`);
}

/**
 * Deletes all that is known of a reader, under every spelling of the mailbox; keyed hashes of the address and the mailbox
 * stay, so that nobody has mail sent to it again.
 */
export function eraseAddress(db: WritableDb, secret: string, email: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const fold = foldAddress(email);
    // Not beside a request to subscribe of the same address.
    await tx.read(sql`select pg_advisory_xact_lock(hashtext('daily-papers digest'), hashtext(${fold}))`);
    const gone = await tx.read(sql`
      delete from digest_subscriptions where lower(email) = lower(${email}) or email_fold = ${fold} returning id`);
    await suppressHashes(tx, hashesOf(secret, email), "ERASURE");
    return gone.length > 0;
  });
}

/** Puts an address on the list of those that are never written to again. */
export function suppressAddress(
  tx: Transaction,
  secret: string,
  email: string,
  reason: DigestSuppression["reason"],
): Promise<void> {
  return suppressHashes(tx, [hashAddress(secret, email)], reason);
}

async function suppressHashes(tx: Transaction, hashes: Buffer[], reason: DigestSuppression["reason"]): Promise<void> {
  await tx.read(sql`
    insert into digest_suppressions (address_hash, reason) select n.hash, ${reason} from unnest(${hashes}::bytea[]) n (hash)
    on conflict (address_hash) do nothing`);
}
