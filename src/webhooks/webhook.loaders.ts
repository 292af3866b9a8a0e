import { countBelow, countLoader, listLoader, pageBelow } from "../db/loaders";
import { sql } from "../db/sql";
import type { PaperSources } from "../papers/paper-reader";
import { type DeliveryRow, deliveryColumns, fromDeliveries } from "./deliveries/delivery-columns";

export const webhookLoaders = {
  webhookDeliveries: ({ db }: PaperSources, name: string) =>
    listLoader<number, null, DeliveryRow>(name, db, (webhookIds, _, slice) =>
      pageBelow(deliveryColumns, webhookIds, sql`${fromDeliveries} where d.webhook_id = k.id`, slice),
    ),
  webhookDeliveryCount: ({ db }: PaperSources, name: string) =>
    countLoader<number, null>(name, db, (webhookIds) =>
      countBelow(webhookIds, sql`webhook_deliveries d where d.webhook_id = k.id`),
    ),
};
