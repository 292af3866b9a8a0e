import { Column, Entity, PrimaryColumn } from "../../db/entity";

/** The id of a received event: a second event of the same id changes nothing. */
@Entity("digest_events")
export class DigestEvent {
  @PrimaryColumn("text")
  id!: string;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  receivedAt!: Date;
}
