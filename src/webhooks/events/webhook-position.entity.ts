import { Column, Entity, PrimaryColumn } from "../../db/entity";

/** How far the change log has been read for events. Its lock lets one process at a time plan. */
@Entity("webhook_positions")
export class WebhookPosition {
  @PrimaryColumn("text")
  log!: "paper_changes";

  @Column("timestamp with time zone", { precision: 3 })
  changedAt!: Date;

  @Column("integer")
  paperId!: number;
}
