import { Column, Entity, Index, PrimaryColumn } from "../../db/entity";

/** A receiver's host and port: whoever has leased it is the only one to send there. */
@Entity("webhook_hosts")
@Index(["dueAt"])
export class WebhookHost {
  @PrimaryColumn("text")
  host!: string;

  /** When something may be due; null: nothing is queued. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  dueAt!: Date | null;

  @Column("text", { nullable: true })
  owner!: string | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  heldUntil!: Date | null;

  /** Whether its last answer took long, or did not come: it then has senders of its own kind only. */
  @Column("boolean", { default: false })
  isSlow!: boolean;
}
