import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { DigestSubscription } from "./subscription.entity";

/** The SHA-256 of a secret that a mail's link holds. */
@Entity("digest_tokens")
@Check("digest_tokens_purpose_check", "purpose in ('CONFIRM', 'MANAGE')")
@Index(["subscriptionId"])
export class DigestToken {
  @PrimaryColumn("bytea")
  hash!: Buffer;

  @ForeignKey(() => DigestSubscription, { onDelete: "CASCADE" })
  @Column("integer")
  subscriptionId!: number;

  /** CONFIRM works once and for 48 hours; MANAGE works until it is revoked. */
  @Column("text")
  purpose!: "CONFIRM" | "MANAGE";

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  usedAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revokedAt!: Date | null;
}
