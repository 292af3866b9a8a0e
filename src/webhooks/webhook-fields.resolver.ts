import { Args, Ctx, Directive, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import type { Order } from "../db/keyset";
import { sql } from "../db/sql";
import { encodeNodeId } from "../nodes/node-id";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { rowsCost } from "../paging/page-cost";
import { AccessTokenScope } from "../users/access-token.entity";
import { User } from "../users/user.entity";
import { requireScope } from "../users/viewer";
import type { DeliveryRow } from "./deliveries/delivery-columns";
import { isTestKey } from "./deliveries/outcome.service";
import { WebhookDelivery } from "./deliveries/webhook-delivery.entity";
import { WebhookDeliveryConnection } from "./delivery-connection.type";
import { payloadOf } from "./formats/payload";
import { Webhook } from "./webhook.entity";
import { listWebhooks } from "./webhook.service";
import { WebhookFilter } from "./webhook-filter.type";

/** As many as a user may have by default. */
const MOST = 20;

const newest: Order = { name: "NEWEST", keys: [{ column: sql`d.id`, kind: "int" }], direction: "desc" };

@Resolver(() => User)
export class UserWebhooksResolver {
  @Directive("@cacheControl(scope: PRIVATE)")
  @FieldResolver(() => [Webhook], {
    nullable: true,
    complexity: ({ childComplexity }) => rowsCost(MOST, childComplexity),
    description:
      "The viewer's own webhooks, oldest first, at most 20; null for any other user. Needs the scope WEBHOOKS_WRITE, as the URLs of some receivers are secrets.",
  })
  async webhooks(@Root() { rowId }: User, @Ctx() { db, viewer }: Context): Promise<Webhook[] | null> {
    if (viewer?.user.rowId !== rowId) return null;
    requireScope(viewer, AccessTokenScope.WEBHOOKS_WRITE);
    return listWebhooks(db, rowId);
  }
}

@Resolver(() => Webhook)
export class WebhookOwnFieldsResolver {
  @FieldResolver(() => WebhookFilter, { description: "Which papers it tells of." })
  filter(@Root() { filter }: Webhook): WebhookFilter {
    return filter as WebhookFilter;
  }

  @FieldResolver(() => WebhookDeliveryConnection, { description: "What was and will be sent to it, newest first." })
  deliveries(
    @Root() { rowId }: Webhook,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders }: Context,
  ): WebhookDeliveryConnection {
    return new WebhookDeliveryConnection(
      listBelow("Webhook.deliveries", rowId, {
        order: newest,
        args,
        page: loaders.webhookDeliveries,
        count: () => loaders.webhookDeliveryCount,
      }),
    );
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @FieldResolver(() => ID, { description: "For `redeliverWebhook`. Not the id of a node." })
  id(@Root() { rowId }: WebhookDelivery): string {
    return encodeNodeId("WebhookDelivery", rowId);
  }

  @FieldResolver(() => String, {
    description: "The JSON that is posted, in the webhook's present format. The signature of each attempt covers it.",
  })
  payload(@Root() delivery: DeliveryRow): string {
    return payloadOf({ ...delivery, isTest: isTestKey(delivery.key) }, delivery.format);
  }
}
