import { createHash } from "node:crypto";
import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import type { FeedPeriod } from "../../feeds/period";
import { disable } from "../deliveries/disable.service";
import { wakeHosts } from "../deliveries/wake-hosts";
import type { WebhookEvent } from "../webhook.types";

/** The enabled webhooks that want to hear of something through the same filter. */
export interface Wanted {
  event: WebhookEvent;
  /** Null but for final feeds. */
  period: FeedPeriod | null;
  /** JSON. */
  filter: string;
  webhookIds: number[];
}

/** The filter that keeps all papers. */
export const ANY = "{}";

/**
 * What the enabled webhooks want, each different thing once. To be read after what happened: a webhook that is made, or
 * changed, later is not to hear of it otherwise.
 */
export function readWanted(db: Db): Promise<Wanted[]> {
  return db.query(sql`
    select w.filter::text as filter, e.event, p.period, array_agg(w.id order by w.id) as "webhookIds"
    from webhooks w cross join unnest(w.events) as e (event)
    left join unnest(w.feed_periods) as p (period) on e.event = 'FEED_FINAL'
    where w.disabled_at is null
    group by 1, 2, 3
    order by 1, 2, 3`);
}

/** Short, for all that is to be told apart by filter. */
export function variantOf(filter: string): string {
  return filter === ANY ? "" : createHash("sha256").update(filter).digest("hex").slice(0, 16);
}

/** An event that is stored, and the webhooks whose filter keeps it. */
export interface Audience {
  eventId: number;
  type: WebhookEvent;
  period: FeedPeriod | null;
  occurredAt: Date;
  webhookIds: readonly number[];
}

/**
 * Queues an event for each of the webhooks that is still enabled, wants it, and was listening when it happened, behind what
 * the webhook has to be sent before. Idempotent. Returns how many there are.
 */
export async function queueDeliveries(tx: Transaction, audience: Audience, now: Date): Promise<number> {
  const { eventId, type, period, occurredAt, webhookIds } = audience;
  if (webhookIds.length === 0) return 0;
  const [queued] = await tx.query<{ count: number }>(sql`
    with queued as (
      insert into webhook_deliveries (webhook_id, event_id, host, next_attempt_at, created_at)
      select w.id, ${eventId}::int, w.host, greatest(${now}::timestamptz, w.waits_until), ${now}::timestamptz
      from webhooks w
      where w.id = any(${webhookIds}::int[]) and ${type} = any(w.events) and (${period}::text is null or ${period} = any(w.feed_periods))
        and w.disabled_at is null and w.listens_since <= ${occurredAt}::timestamptz
      order by w.id
      on conflict (webhook_id, event_id) do nothing
      returning host, next_attempt_at
    ), hosts as (
      ${wakeHosts(sql`select q.host, min(q.next_attempt_at) from queued q group by q.host order by q.host`)}
    )
    select count(*)::int as count from queued`);
  return queued!.count;
}

/** Disables the webhooks of a filter that does not work any more, with a reason for their owners. */
export async function disableByFilter(tx: Transaction, filter: string, now: Date): Promise<void> {
  const itsWebhooks = sql`w.filter::text = ${filter} and w.disabled_at is null`;
  await disable(tx, itsWebhooks, "Its filter does not work: set another one, and enable it.", now);
}
