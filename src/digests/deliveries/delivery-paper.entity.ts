import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../../db/entity";
import { Paper } from "../../papers/paper.entity";
import { DigestSubscription } from "../subscriptions/subscription.entity";
import { DigestDelivery } from "./delivery.entity";
import { DigestPaperTextRow } from "./paper-text.entity";

/** A paper of a digest, frozen when it was planned. By its key a paper reaches a subscriber only once. */
@Entity("digest_delivery_papers")
@Index(["deliveryId"])
export class DigestDeliveryPaper {
  @ForeignKey(() => DigestSubscription, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  subscriptionId!: number;

  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @ForeignKey(() => DigestDelivery, { onDelete: "CASCADE" })
  @Column("integer")
  deliveryId!: number;

  /** What its mail says of the paper; null until the first attempt, and for mails of an earlier version. */
  @ForeignKey(() => DigestPaperTextRow)
  @Column("integer", { nullable: true })
  textId!: number | null;

  /** The feed of `rank`; null for digests of one feed that were planned before digests could have more. */
  @Column("text", { nullable: true })
  feedKey!: string | null;

  @Column("integer")
  rank!: number;

  @Column("integer")
  upvotesInPeriod!: number;
}
