import { randomBytes } from "node:crypto";
import type { Db, WritableDb } from "../../db/database";
import { takeFree } from "../../db/leases";
import { sql } from "../../db/sql";
import type { DigestFrequency } from "../digest.types";
import { DigestStatus } from "../digest.types";
import { hashesOf } from "../subscriptions/address";
import type { DeliveryKind, DeliveryStatus } from "./delivery.entity";
import { feedKeysOf } from "./unsent-feeds";

/** A delivery that one sender has taken for one attempt. */
export interface Claim {
  id: number;
  subscriptionId: number;
  kind: DeliveryKind;
  /** A digest's feeds, oldest first. */
  feedKeys: string[];
  /** Including this one. */
  attempts: number;
  createdAt: Date;
  email: string;
  frequency: DigestFrequency;
  /** Random, the same at each attempt: the tokens in the links and the Message-ID are derived from it. */
  nonce: Buffer;
}

/**
 * Claims the delivery that is overdue the longest, confirmations first since a reader waits for them. It is SENDING from
 * then on: no other sender claims it, whatever becomes of this one. Null when none is due.
 */
export async function claimNext(db: WritableDb, now: Date): Promise<Claim | null> {
  const [claim] = await db.write<Claim>(sql`
    with next as materialized (
      ${takeFree(sql`q.id`, {
        from: sql`digest_deliveries q`,
        where: sql`q.status = 'QUEUED' and q.next_attempt_at <= ${now}::timestamptz`,
        order: sql`q.kind, q.next_attempt_at, q.id`,
        most: 1,
      })}
    )
    update digest_deliveries d set status = 'SENDING', claimed_at = ${now}::timestamptz, attempts = d.attempts + 1,
      -- frozen at the first attempt
      nonce = coalesce(d.nonce, ${randomBytes(32)}),
      frequency = coalesce(d.frequency, d.request->>'frequency', s.frequency)
    from next, digest_subscriptions s
    where d.id = next.id and s.id = d.subscription_id
    returning d.id, d.subscription_id as "subscriptionId", d.kind, ${feedKeysOf} as "feedKeys", d.attempts,
      d.created_at as "createdAt", coalesce(d.request->>'email', s.email) as email, d.frequency, d.nonce`);
  return claim ?? null;
}

const allowed: Record<DeliveryKind, DigestStatus[]> = {
  CONFIRMATION: [DigestStatus.PENDING, DigestStatus.UNSUBSCRIBED],
  REMINDER: [DigestStatus.ACTIVE, DigestStatus.PAUSED],
  DIGEST: [DigestStatus.ACTIVE],
};

/** Why a delivery must not be sent at this moment; null when it may be. */
export async function reasonToSkip(db: Db, secret: string, { id, kind, email }: Claim): Promise<string | null> {
  const [row] = await db.query<{ status: DigestStatus; isSuppressed: boolean; isSuperseded: boolean }>(sql`
    select s.status,
      exists (
        select from digest_suppressions x where x.address_hash = any(${hashesOf(secret, email)}::bytea[])
      ) as "isSuppressed",
      exists (
        select from digest_deliveries n
        where n.subscription_id = d.subscription_id and n.kind = d.kind and n.id > d.id
          -- A newer digest holds other papers.
          and n.kind <> 'DIGEST'
          and n.status in ('QUEUED', 'SENDING', 'SENT', 'UNKNOWN')
      ) as "isSuperseded"
    from digest_deliveries d join digest_subscriptions s on s.id = d.subscription_id
    where d.id = ${id}::int`);
  if (!row) return "the subscription is gone";
  if (row.isSuppressed) return "the address is suppressed";
  if (!allowed[kind].includes(row.status)) return `the subscription is ${row.status}`;
  return row.isSuperseded ? "a newer one is there" : null;
}

/**
 * Deliveries SENDING for ten minutes were abandoned by a sender that ended: the mail server may have accepted them, so they
 * become UNKNOWN and are not sent again by themselves. Returns how many there were.
 */
export async function recoverSending(db: WritableDb, now: Date): Promise<number> {
  const left = await db.write(sql`
    update digest_deliveries d set status = 'UNKNOWN', error = 'the sender ended before the answer'
    where d.status = 'SENDING' and d.claimed_at < ${now}::timestamptz - interval '10 minutes'
    returning d.id`);
  return left.length;
}

/** In the order of a delivery's life. */
export const deliveryStatuses: DeliveryStatus[] = ["QUEUED", "SENDING", "SENT", "FAILED", "UNKNOWN", "SKIPPED"];

export interface DeliveryCount {
  /** UTC day of the planning. */
  day: string;
  status: DeliveryStatus;
  count: number;
}

/** Deliveries by the day on which they were planned, latest first, and by current status. */
export function countDeliveries(db: Db, since: Date): Promise<DeliveryCount[]> {
  return db.query(sql`
    select (d.created_at at time zone 'UTC')::date as day, d.status, count(*)::int as count
    from digest_deliveries d where d.created_at > ${since}::timestamptz
    group by 1, 2 order by 1 desc, array_position(${deliveryStatuses}::text[], d.status)`);
}
