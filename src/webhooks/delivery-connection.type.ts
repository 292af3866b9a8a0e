import { ObjectType } from "type-graphql";
import { connectionType, edgeType } from "../paging/connection.type";
import type { DeliveryRow } from "./deliveries/delivery-columns";
import { WebhookDelivery } from "./deliveries/webhook-delivery.entity";

@ObjectType({ simpleResolvers: true, description: "A delivery in a list." })
export class WebhookDeliveryEdge extends edgeType(WebhookDelivery) {}

@ObjectType({ description: "A page of a webhook's deliveries." })
export class WebhookDeliveryConnection extends connectionType<DeliveryRow, WebhookDelivery, WebhookDeliveryEdge>(
  WebhookDelivery,
  WebhookDeliveryEdge,
  (row) => row,
) {}
