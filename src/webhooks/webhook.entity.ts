import { Field, ObjectType } from "type-graphql";
import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from "../db/entity";
import { FeedPeriod } from "../feeds/period";
import { DateTimeScalar, UrlScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";
import type { PaperFilter } from "../papers/paper-filter.input";
import { User } from "../users/user.entity";
import { WebhookEvent, WebhookFormat } from "./webhook.types";

/** A receiver of events, of one user. */
@Entity("webhooks")
@Check("webhooks_format_check", "format in ('STANDARD', 'SLACK', 'DISCORD')")
@Index(["userId"])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "A URL of the viewer's to which events about papers are posted, through a filter. Only its owner sees it.",
})
export class Webhook {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  @ForeignKey(() => User, { onDelete: "CASCADE" })
  @Column("integer")
  userId!: number;

  @Field(() => UrlScalar, { description: "Where its events are posted." })
  @Column("text")
  url!: string;

  /** Host and port of the URL, in lower case: of all webhooks with the same one, one is sent to at a time. */
  @Column("text")
  host!: string;

  @Field(() => [WebhookEvent], { description: "What it tells of." })
  @Column("text", { array: true })
  events!: WebhookEvent[];

  @Field(() => [FeedPeriod], { description: "The feeds of which FEED_FINAL tells." })
  @Column("text", { array: true })
  feedPeriods!: FeedPeriod[];

  @Field(() => WebhookFormat, { description: "The form of what is posted." })
  @Column("text")
  format!: WebhookFormat;

  /** Only the fields that are set. */
  @Column("jsonb", { default: "{}" })
  filter!: PaperFilter;

  /** Random; the secret is derived from it. */
  @Column("bytea", { select: false })
  secretSalt!: Buffer;

  /** Of the secret before the last rotation, which signs until `previousUntil`. */
  @Column("bytea", { nullable: true, select: false })
  previousSalt!: Buffer | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true, select: false })
  previousUntil!: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was created: it tells of what happens later." })
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  /** Its creation, or when it was last enabled: it gets no event from before. */
  @Column("timestamp with time zone", { precision: 3, default: () => "now()", select: false })
  listensSince!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "The first failure since the last success; null when the last attempt succeeded. After five days it is disabled.",
  })
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  failingSince!: Date | null;

  /** Until when its receiver is left alone, as it did not answer; null when it did. */
  @Column("timestamp with time zone", { precision: 3, nullable: true, select: false })
  waitsUntil!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  disabledAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Why nothing is sent to it; null while it is enabled. `updateWebhook` with `enabled: true` enables it again.",
  })
  @Column("text", { nullable: true })
  disabledReason!: string | null;
}
