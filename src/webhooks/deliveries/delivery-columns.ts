import { columnsOf } from "../../db/columns";
import { join, type Sql, sql } from "../../db/sql";
import type { WebhookEvent, WebhookFormat } from "../webhook.types";
import { WebhookDelivery } from "./webhook-delivery.entity";

/** A delivery with what its payload is made of. */
export interface DeliveryRow extends WebhookDelivery {
  type: WebhookEvent;
  key: string;
  occurredAt: Date;
  data: string;
  format: WebhookFormat;
}

export const fromDeliveries: Sql = sql`
  webhook_deliveries d join webhook_events e on e.id = d.event_id join webhooks w on w.id = d.webhook_id`;

export const deliveryColumns: Sql = join(
  [
    columnsOf(WebhookDelivery, "d"),
    sql`case when d.status = 'QUEUED' and w.disabled_at is null then d.next_attempt_at end as "nextAttemptAt"`,
    sql`e.type as event, e.type, e.key, e.occurred_at as "occurredAt", e.data, w.format`,
  ],
  ", ",
);
