import { Column, Entity, PrimaryColumn } from "../../db/entity";

/** The keyed hash of an address to which no mail is sent any more. */
@Entity("digest_suppressions")
export class DigestSuppression {
  @PrimaryColumn("bytea")
  addressHash!: Buffer;

  @Column("text")
  reason!: "BOUNCE" | "COMPLAINT" | "ERASURE";

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  createdAt!: Date;
}
