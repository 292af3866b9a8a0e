import { randomUUID } from "node:crypto";
import type { Db, WritableDb } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import { exampleOf } from "../events/example.service";
import type { WebhookEvent } from "../webhook.types";
import { type DeliveryRow, deliveryColumns, fromDeliveries } from "./delivery-columns";
import type { RequestLimit } from "./request-limit";
import { wakeHosts } from "./wake-hosts";

/** Why nothing was queued. */
export type NotQueued = "notFound" | "disabled" | "tooMany" | "noPapers";

interface Owned {
  id: number;
  userId: number;
}

/** Queues an example of an event for a webhook of a user, ahead of what waits; it is sent once. */
export async function sendTestEvent(
  db: WritableDb,
  { id, userId }: Owned,
  given: WebhookEvent | null,
  limit: RequestLimit,
  now: Date,
): Promise<DeliveryRow | NotQueued> {
  const refusal = await admit(db, { id, userId }, limit);
  if (refusal) return refusal;
  const name = randomUUID();
  return db.transaction(async (tx) => {
    const found = await findRequestable(tx, { id, userId }, LOCKED);
    if (typeof found === "string") return found;
    const type = given ?? found.events[0]!;
    const data = await exampleOf(tx, type, found, now);
    if (!data) return "noPapers";
    const [event] = await tx.query<{ id: number }>(sql`
      insert into webhook_events (key, type, message_id, occurred_at, data)
      values (${`test ${name}`}, ${type}, ${`msg_${name.replaceAll("-", "")}`}, ${now}::timestamptz, ${JSON.stringify(data)})
      on conflict (key, variant) do update set data = excluded.data returning id`);
    const [delivery] = await tx.query<{ id: number }>(sql`
      insert into webhook_deliveries as d (webhook_id, event_id, host, holds_up, next_attempt_at, requested_at, created_at)
      values (${id}::int, ${event!.id}::int, ${found.host}, false, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz)
      on conflict (webhook_id, event_id) do update set requested_at = excluded.requested_at returning d.id`);
    await tx.query(wakeHosts(sql`values (${found.host}, ${now}::timestamptz)`));
    return (await readDelivery(tx, delivery!.id))!;
  });
}

/** Queues a delivery of a webhook of a user again, now and with all attempts anew; what is being sent is left as it is. */
export async function redeliver(
  db: WritableDb,
  { id, userId }: Owned,
  limit: RequestLimit,
  now: Date,
): Promise<DeliveryRow | NotQueued> {
  const [delivery] = await db.query<{ webhookId: number }>(sql`
    select d.webhook_id as "webhookId" from webhook_deliveries d where d.id = ${id}::int`);
  if (!delivery) return "notFound";
  const owned = { id: delivery.webhookId, userId };
  const refusal = await admit(db, owned, limit);
  if (refusal) return refusal;
  return db.transaction(async (tx) => {
    const found = await findRequestable(tx, owned, LOCKED);
    if (typeof found === "string") return found;
    await tx.query(sql`
      update webhook_deliveries d set status = 'QUEUED', holds_up = false, round_attempts = 0, host = ${found.host},
        next_attempt_at = ${now}::timestamptz, requested_at = ${now}::timestamptz
      where d.id = ${id}::int and d.status <> 'SENDING'`);
    await tx.query(wakeHosts(sql`values (${found.host}, ${now}::timestamptz)`));
    return (await readDelivery(tx, id))!;
  });
}

interface Requestable {
  host: string;
  events: WebhookEvent[];
  feedPeriods: string[];
  filter: object;
}

const LOCKED = sql`for no key update`;

/** Before the transaction, which is not to wait for the counters. */
async function admit(db: Db, owned: Owned, limit: RequestLimit): Promise<NotQueued | null> {
  const found = await findRequestable(db, owned, sql``);
  if (typeof found === "string") return found;
  return (await limit.consume(owned.userId, owned.id)) ? null : "tooMany";
}

async function findRequestable(db: Db, { id, userId }: Owned, lock: Sql): Promise<Requestable | NotQueued> {
  const [webhook] = await db.query<Requestable & { isDisabled: boolean }>(sql`
    select w.host, w.events, w.feed_periods as "feedPeriods", w.filter, w.disabled_at is not null as "isDisabled"
    from webhooks w where w.id = ${id}::int and w.user_id = ${userId}::int ${lock}`);
  if (!webhook) return "notFound";
  return webhook.isDisabled ? "disabled" : webhook;
}

async function readDelivery(db: Db, id: number): Promise<DeliveryRow | null> {
  const [row] = await db.query<DeliveryRow>(
    sql`select ${deliveryColumns} from ${fromDeliveries} where d.id = ${id}::int`,
  );
  return row ?? null;
}
