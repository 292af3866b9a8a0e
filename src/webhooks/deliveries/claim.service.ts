import type { Transaction, WritableDb } from "../../db/database";
import { isOver, leaseEnd, takeFree } from "../../db/leases";
import { type Sql, sql } from "../../db/sql";
import type { WebhookEvent, WebhookFormat } from "../webhook.types";
import { wakeHosts } from "./wake-hosts";

/** A host, or a delivery, whose sender was lost is taken by another one after this time, in ms: several attempts' time. */
const LEASE_MS = 60_000;
/** A host with something due that may not be sent yet is looked at again after this time, in ms. */
const AGAIN_MS = 5000;

/** Hosts that answer in time, and those that do not: these cannot take the senders of the others. */
export type Lane = "quick" | "slow";

/** Leases hosts to which something is due: nobody else sends there until the lease ends. */
export async function leaseHosts(
  db: WritableDb,
  { lane, most, owner, now }: { lane: Lane; most: number; owner: string; now: Date },
): Promise<string[]> {
  const leased = await db.write<{ host: string }>(sql`
    with next as materialized (
      ${takeFree(sql`h.host`, {
        from: sql`webhook_hosts h`,
        where: sql`h.due_at <= ${now}::timestamptz and h.is_slow = ${lane === "slow"} and ${isOver(sql`h.held_until`, now)}`,
        order: sql`h.due_at`,
        most,
      })}
    )
    update webhook_hosts h set owner = ${owner}, held_until = ${leaseEnd(now, LEASE_MS)}
    from next where h.host = next.host returning h.host`);
  return leased.map(({ host }) => host);
}

/** A delivery that one sender has taken for one attempt. */
export interface Claim {
  id: number;
  webhookId: number;
  /** Including this one. */
  attempts: number;
  roundAttempts: number;
  url: string;
  format: WebhookFormat;
  secretSalt: Buffer;
  /** Null when there is no other secret that signs. */
  previousSalt: Buffer | null;
  type: WebhookEvent;
  key: string;
  messageId: string;
  occurredAt: Date;
  data: string;
}

/**
 * Claims the delivery to a leased host that is due the longest, and renews the lease. Of one webhook's deliveries none is
 * claimed before an earlier one that still holds it up. It is SENDING from then on. Null when none is due, or when the lease
 * was lost.
 */
export async function claimNext(db: WritableDb, host: string, owner: string, now: Date): Promise<Claim | null> {
  const [claim] = await db.write<Claim>(sql`
    with held as materialized (
      update webhook_hosts h set held_until = ${leaseEnd(now, LEASE_MS)}
      where h.host = ${host} and h.owner = ${owner} and h.held_until > ${now}::timestamptz
      returning h.host
    ), next as materialized (
      ${takeFree(sql`d.id`, {
        from: sql`webhook_deliveries d`,
        where: sql`d.host = ${host} and exists (select from held)
          and exists (select from webhooks w where w.id = d.webhook_id and w.disabled_at is null)
          and d.status = 'QUEUED' and d.next_attempt_at <= ${now}::timestamptz
          and (not d.holds_up or not exists (
            select from webhook_deliveries e
            where e.webhook_id = d.webhook_id and e.id < d.id and e.status in ('QUEUED', 'SENDING') and e.holds_up
          ))`,
        order: sql`d.next_attempt_at, d.id`,
        most: 1,
      })}
    )
    update webhook_deliveries d set status = 'SENDING', last_attempt_at = ${now}::timestamptz, attempts = d.attempts + 1,
      round_attempts = d.round_attempts + 1
    from next, webhooks w, webhook_events e
    where d.id = next.id and w.id = d.webhook_id and e.id = d.event_id
    returning d.id, d.webhook_id as "webhookId", d.attempts, d.round_attempts as "roundAttempts", w.url, w.format,
      w.secret_salt as "secretSalt",
      case when w.previous_until > ${now}::timestamptz then w.previous_salt end as "previousSalt",
      e.type, e.key, e.message_id as "messageId", e.occurred_at as "occurredAt", e.data`);
  return claim ?? null;
}

/** Gives a host back; `isSlow` when its last answer took long or did not come, null when nothing was sent. */
export async function releaseHost(
  db: WritableDb,
  host: string,
  { owner, now, isSlow }: { owner: string; now: Date; isSlow: boolean | null },
): Promise<void> {
  await db.transaction(async (tx) => {
    // A separate statement: the next one must see what was queued while this one waited for the row.
    await tx.query(sql`select from webhook_hosts h where h.host = ${host} for update`);
    await tx.query(sql`
      update webhook_hosts h set owner = null, held_until = null, is_slow = coalesce(${isSlow}::boolean, h.is_slow),
        due_at = ${dueAt(host, isSlow === null ? new Date(now.getTime() + AGAIN_MS) : now)}
      where h.host = ${host} and h.owner = ${owner}`);
  });
}

const dueAt = (host: string, earliest: Date) => sql`(
  select greatest(d.next_attempt_at, ${earliest}::timestamptz)
  from webhook_deliveries d join webhooks w on w.id = d.webhook_id and w.disabled_at is null
  where d.host = ${host} and d.status = 'QUEUED' and d.next_attempt_at < 'infinity'
  order by d.next_attempt_at limit 1
)`;

/** Makes those of a webhook's queued deliveries `d` that meet a condition due at a time, and their host with them. */
export async function moveQueued(
  tx: Pick<Transaction, "query">,
  webhookId: number,
  at: Date,
  condition: Sql,
): Promise<void> {
  await tx.query(sql`
    with moved as (
      update webhook_deliveries d set next_attempt_at = ${at}::timestamptz
      where d.webhook_id = ${webhookId}::int and d.status = 'QUEUED' and ${condition} returning d.host
    )
    ${wakeHosts(sql`select distinct m.host, ${at}::timestamptz from moved m`)}`);
}

/** Queues again what senders that were lost have left behind: the receiver may get it twice. Returns how many there were. */
export async function recoverSending(db: WritableDb, now: Date): Promise<number> {
  const left = await db.write(sql`
    with left_behind as (
      update webhook_deliveries d set status = 'QUEUED', last_error = 'The sender ended before the answer.',
        next_attempt_at = ${now}::timestamptz
      where d.status = 'SENDING' and d.last_attempt_at < ${now}::timestamptz - ${LEASE_MS}::float8 * interval '1 ms'
      returning d.host
    ), hosts as (
      ${wakeHosts(sql`select distinct l.host, ${now}::timestamptz from left_behind l`)}
    )
    select from left_behind`);
  return left.length;
}
