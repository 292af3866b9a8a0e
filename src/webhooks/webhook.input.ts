import { Field, ID, InputType } from "type-graphql";
import { FeedPeriod } from "../feeds/period";
import { UrlScalar } from "../graphql/scalars";
import { PaperFilter } from "../papers/paper-filter.input";
import { WebhookEvent, WebhookFormat } from "./webhook.types";

const FILTER =
  "Which papers, as in lists and feeds, at the time of the event, or once their categories are known if it names any, and their vectors if it has `near`; a final feed is told of with those it keeps, for `near` once all its papers have vectors, a day later at most.";
const URL_RULE =
  "An https URL on the public internet, port 443, without user and password. Addresses are checked again at each attempt.";

@InputType({ description: "A new webhook of the viewer." })
export class CreateWebhookInput {
  @Field(() => UrlScalar, { description: URL_RULE })
  url!: string;

  @Field(() => [WebhookEvent], { description: "What to tell of: at least one." })
  events!: WebhookEvent[];

  @Field(() => [FeedPeriod], {
    defaultValue: [FeedPeriod.DAY],
    description: "The feeds of which FEED_FINAL tells: at least one.",
  })
  feedPeriods!: FeedPeriod[];

  @Field(() => PaperFilter, { nullable: true, description: FILTER })
  filter?: PaperFilter | null;

  @Field(() => WebhookFormat, { defaultValue: WebhookFormat.STANDARD, description: "The form of what is posted." })
  format!: WebhookFormat;
}

@InputType({
  description: "Changes to a webhook; omitted fields stay as they are. What is queued is sent by the new ones.",
})
export class UpdateWebhookInput {
  @Field(() => ID, { description: "As in `Webhook.id`." })
  id!: string;

  @Field(() => UrlScalar, { nullable: true, description: URL_RULE })
  url?: string | null;

  @Field(() => [WebhookEvent], { nullable: true, description: "What to tell of: at least one." })
  events?: WebhookEvent[] | null;

  @Field(() => [FeedPeriod], { nullable: true, description: "The feeds of which FEED_FINAL tells: at least one." })
  feedPeriods?: FeedPeriod[] | null;

  @Field(() => PaperFilter, {
    nullable: true,
    description: "Which papers; replaces the whole filter, `{}` removes it.",
  })
  filter?: PaperFilter | null;

  @Field(() => WebhookFormat, { nullable: true, description: "The form of what is posted." })
  format?: WebhookFormat | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "False disables it: nothing is queued or sent. True enables it again: what was queued before is sent, and what happened meanwhile is not.",
  })
  enabled?: boolean | null;
}

@InputType({ description: "A webhook of the viewer to delete, with its deliveries." })
export class DeleteWebhookInput {
  @Field(() => ID, { description: "As in `Webhook.id`." })
  id!: string;
}

@InputType({ description: "A webhook of the viewer that is to have another secret." })
export class RotateWebhookSecretInput {
  @Field(() => ID, { description: "As in `Webhook.id`." })
  id!: string;
}

@InputType({ description: "A test of a webhook of the viewer." })
export class SendTestEventInput {
  @Field(() => ID, { description: "As in `Webhook.id`." })
  id!: string;

  @Field(() => WebhookEvent, {
    nullable: true,
    description: "What to send an example of; the first of its events when omitted.",
  })
  event?: WebhookEvent | null;
}

@InputType({ description: "A delivery of a webhook of the viewer to send again." })
export class RedeliverWebhookInput {
  @Field(() => ID, { description: "As in `WebhookDelivery.id`." })
  id!: string;
}
