import { Column, Entity, ForeignKey, PrimaryColumn } from "../../db/entity";
import { Paper } from "../../papers/paper.entity";

/** What was noticed of a paper before, for as long as it is known: what happens again is no event. */
@Entity("webhook_papers")
export class WebhookPaper {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  /** The windows in which it has trended. */
  @Column("text", { array: true, default: "{}" })
  trended!: string[];

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  withdrawnAt!: Date | null;
}
