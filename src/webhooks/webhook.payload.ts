import { Field, ObjectType } from "type-graphql";
import { UserError } from "../graphql/user-error.type";
import { WebhookDelivery } from "./deliveries/webhook-delivery.entity";
import { Webhook } from "./webhook.entity";

@ObjectType()
abstract class Payload {
  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}

@ObjectType()
abstract class WithWebhook extends Payload {
  @Field(() => Webhook, { nullable: true, description: "The webhook; null when userErrors tells why there is none." })
  webhook!: Webhook | null;
}

const SECRET =
  "whsec_ and 32 bytes in base64, for the libraries of Standard Webhooks. Shown only this once; it is not stored.";

@ObjectType({ simpleResolvers: true, description: "The new webhook, or why there is none." })
export class CreateWebhookPayload extends WithWebhook {
  @Field(() => String, { nullable: true, description: SECRET })
  secret!: string | null;
}

@ObjectType({ simpleResolvers: true, description: "The webhook after the change." })
export class UpdateWebhookPayload extends WithWebhook {}

@ObjectType({ simpleResolvers: true, description: "Whether the webhook was deleted." })
export class DeleteWebhookPayload extends Payload {
  @Field(() => Boolean, { description: "True when it existed until now." })
  deleted!: boolean;
}

@ObjectType({ simpleResolvers: true, description: "The new secret. For a day the one before signs, too." })
export class RotateWebhookSecretPayload extends WithWebhook {
  @Field(() => String, { nullable: true, description: SECRET })
  secret!: string | null;
}

@ObjectType()
abstract class WithDelivery extends Payload {
  @Field(() => WebhookDelivery, {
    nullable: true,
    description: "The delivery, which is sent within seconds; null when userErrors tells why there is none.",
  })
  delivery!: WebhookDelivery | null;
}

@ObjectType({ simpleResolvers: true, description: "The test that will be sent, once." })
export class SendTestEventPayload extends WithDelivery {}

@ObjectType({ simpleResolvers: true, description: "The delivery that will be sent again, with the same id." })
export class RedeliverWebhookPayload extends WithDelivery {}
