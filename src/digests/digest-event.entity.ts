import { Column, Entity, PrimaryColumn } from "../db/entity";

/** The id of an event that was received: a second one of the same id changes nothing. */
@Entity("digest_events")
export class DigestEvent {
  @PrimaryColumn("text")
  id!: string;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  receivedAt!: Date;
}
