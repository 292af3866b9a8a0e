import type { WritableDb } from "../../db/database";
import { sql } from "../../db/sql";

/** Rows that one statement deletes. */
const BATCH = 5000;

/**
 * Deletes deliveries of more than 30 days ago, queued ones of disabled webhooks included, events that cannot be noticed again
 * (60 days before the place in the change log), and hosts to which nothing is queued. Idempotent.
 */
export async function forgetOldDeliveries(db: WritableDb, now: Date): Promise<void> {
  await inBatches(() =>
    db.write(sql`
      delete from webhook_deliveries where id in (
        select d.id from webhook_deliveries d
        where d.created_at < ${now}::timestamptz - interval '30 days' and d.status <> 'SENDING'
        limit ${BATCH}::int
      ) returning id`),
  );
  await inBatches(() =>
    db.write(sql`
      delete from webhook_events where id in (
        select e.id from webhook_events e
        where e.occurred_at < least(${now}::timestamptz, (select s.changed_at from webhook_positions s)) - interval '60 days'
          and not exists (select from webhook_deliveries d where d.event_id = e.id)
        limit ${BATCH}::int
      ) returning id`),
  );
  await db.write(sql`
    delete from webhook_hosts h where h.due_at is null and h.owner is null
      and not exists (select from webhook_deliveries d where d.host = h.host and d.status in ('QUEUED', 'SENDING'))`);
}

async function inBatches(forget: () => Promise<unknown[]>): Promise<void> {
  while ((await forget()).length === BATCH);
}
