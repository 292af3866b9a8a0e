import { Field, Int, ObjectType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from "../../db/entity";
import { DateTimeScalar } from "../../graphql/scalars";
import { WebhookEventRow } from "../events/webhook-event.entity";
import { Webhook } from "../webhook.entity";
import { WebhookDeliveryStatus, WebhookEvent } from "../webhook.types";

/** One event for one webhook, from planning to outcome. By its key a webhook gets an event only once. */
@Entity("webhook_deliveries")
@Check("webhook_deliveries_status_check", "status in ('QUEUED', 'SENDING', 'DELIVERED', 'FAILED')")
@Unique(["webhookId", "eventId"])
@Index("webhook_deliveries_queue_idx", ["host", "nextAttemptAt", "rowId"], { where: "status = 'QUEUED'" })
@Index("webhook_deliveries_order_idx", { synchronize: false })
@Index("webhook_deliveries_sending_idx", ["lastAttemptAt"], { where: "status = 'SENDING'" })
@Index("webhook_deliveries_webhook_id_idx", ["webhookId", "rowId"])
@Index(["eventId"])
@Index(["createdAt"])
@ObjectType({
  simpleResolvers: true,
  description: "An event for a webhook, and what became of it. It is listed for 30 days.",
})
export class WebhookDelivery {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  @ForeignKey(() => Webhook, { onDelete: "CASCADE" })
  @Column("integer")
  webhookId!: number;

  @ForeignKey(() => WebhookEventRow, { onDelete: "CASCADE" })
  @Column("integer")
  eventId!: number;

  /** The webhook's. */
  @Column("text", { select: false })
  host!: string;

  @Field(() => WebhookDeliveryStatus, { description: "How far it has come." })
  @Column("text", { default: "QUEUED" })
  status!: WebhookDeliveryStatus;

  /** Whether later events of the webhook wait for it: until the receiver has answered it with an error of its own. */
  @Column("boolean", { default: true, select: false })
  holdsUp!: boolean;

  @Field(() => Int, { description: "How often it was sent, or was about to be." })
  @Column("integer", { default: 0 })
  attempts!: number;

  /** Since it was planned, or last asked for by its owner. */
  @Column("integer", { default: 0, select: false })
  roundAttempts!: number;

  @Field(() => WebhookEvent, { description: "What it tells of." })
  event!: WebhookEvent;

  /** Infinity while the webhook is disabled; null for readers unless it is queued. */
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it is sent next; null when it is not queued, or the webhook is disabled.",
  })
  @Column("timestamp with time zone", { precision: 3, select: false })
  nextAttemptAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "The beginning of the last attempt; null: none yet." })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastAttemptAt!: Date | null;

  @Field(() => Int, { nullable: true, description: "HTTP status of the last answer; null when there was none." })
  @Column("integer", { nullable: true })
  lastStatusCode!: number | null;

  @Field(() => String, {
    nullable: true,
    description: "The first 1,024 bytes of the last answer; null when there was none.",
  })
  @Column("text", { nullable: true })
  lastResponse!: string | null;

  @Field(() => String, { nullable: true, description: "Why the last attempt failed; null after a success." })
  @Column("text", { nullable: true })
  lastError!: string | null;

  /** When its owner last asked for it, by a test or again. */
  @Column("timestamp with time zone", { precision: 3, nullable: true, select: false })
  requestedAt!: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was planned." })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;
}
