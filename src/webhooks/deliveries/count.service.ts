import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { WebhookDeliveryStatus } from "../webhook.types";

export interface WebhookCounts {
  /** Deliveries that were planned in the last 24 hours, by current status. */
  deliveries: Record<WebhookDeliveryStatus, number>;
  enabled: number;
  disabled: number;
  /** For how many seconds the oldest delivery has been due. */
  lag: number;
}

export async function countWebhooks(db: Db): Promise<WebhookCounts> {
  const statuses = Object.values(WebhookDeliveryStatus);
  const [row] = await db.query<Omit<WebhookCounts, "deliveries"> & { counts: Record<string, number> | null }>(sql`
    select
      (select json_object_agg(c.status, c.count) from (
        select d.status, count(*)::int as count from webhook_deliveries d
        where d.created_at > now() - interval '24 hours' group by d.status
      ) c) as counts,
      (select count(*)::int from webhooks w where w.disabled_at is null) as enabled,
      (select count(*)::int from webhooks w where w.disabled_at is not null) as disabled,
      greatest(0, extract(epoch from now() - (
        select min(h.due_at) from webhook_hosts h where h.held_until is null or h.held_until <= now()
      )))::float8 as lag`);
  const { counts, ...others } = row!;
  const deliveries = Object.fromEntries(statuses.map((status) => [status, counts?.[status] ?? 0]));
  return { ...others, lag: others.lag ?? 0, deliveries: deliveries as WebhookCounts["deliveries"] };
}
