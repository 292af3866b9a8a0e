import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from "../../db/entity";
import { DigestDelivery } from "../deliveries/delivery.entity";
import { DigestSubscription } from "./subscription.entity";

/** The SHA-256 of the secret in a mail's links. */
@Entity("digest_tokens")
@Check("digest_tokens_purpose_check", "purpose in ('CONFIRM', 'MANAGE')")
@Index(["subscriptionId"])
@Index(["deliveryId"], { where: "delivery_id is not null" })
export class DigestToken {
  @PrimaryColumn("bytea")
  hash!: Buffer;

  @ForeignKey(() => DigestSubscription, { onDelete: "CASCADE" })
  @Column("integer")
  subscriptionId!: number;

  /** The mail that holds it; null for tokens that no mail holds, and for those issued by an earlier version. */
  @ForeignKey(() => DigestDelivery, { onDelete: "CASCADE" })
  @Column("integer", { nullable: true })
  deliveryId!: number | null;

  /** CONFIRM works once and for 48 hours; MANAGE until it is revoked, and can end the subscription even then. */
  @Column("text")
  purpose!: "CONFIRM" | "MANAGE";

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  expiresAt!: Date | null;

  /** For CONFIRM, when it was used; for MANAGE, when it ended its subscription, which it can undo for a day. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  usedAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revokedAt!: Date | null;
}
