import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../../db/entity";
import type { WebhookEvent } from "../webhook.types";

/**
 * Something that happened, once, whether anyone is told of it or not: by its key it is not noticed again. What it says is
 * the same for all receivers, but for final feeds, which have a variant for each filter.
 */
@Entity("webhook_events")
@Unique(["key", "variant"])
@Index(["occurredAt"])
@Index("webhook_events_awaits_categories_of_idx", ["awaitsCategoriesOf"], { where: "awaits_categories_of is not null" })
@Index("webhook_events_awaits_vector_of_idx", ["awaitsVectorOf"], { where: "awaits_vector_of is not null" })
export class WebhookEventRow {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @Column("text")
  key!: string;

  /** Hash of the filter; empty: for all. */
  @Column("text", { default: "" })
  variant!: string;

  @Column("text")
  type!: WebhookEvent;

  /** Sent as webhook-id. Derived from what happened, so that it is the same after a restore of the database. */
  @Column("text")
  messageId!: string;

  @Column("timestamp with time zone", { precision: 3 })
  occurredAt!: Date;

  /** JSON of `data` in the standard format; empty when nobody wanted it. */
  @Column("text")
  data!: string;

  /** The paper whose categories were unknown: webhooks that ask for categories are told once these are known. */
  @Column("integer", { nullable: true })
  awaitsCategoriesOf!: number | null;

  /**
   * The paper that had no vector: webhooks that ask for what is near to papers are told once it has one. Of a final feed, one of those
   * that had none.
   */
  @Column("integer", { nullable: true })
  awaitsVectorOf!: number | null;
}
