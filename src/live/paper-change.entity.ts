import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";

/**
 * When a paper last changed, in the order in which changes became visible: a change that is numbered later has a later
 * time, however long its transaction took and whatever the clock does.
 */
@Entity("paper_changes")
@Index(["changedAt", "paperId"])
export class PaperChange {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @Column("timestamp with time zone", { precision: 3 })
  changedAt!: Date;

  /** When its upvote count last changed; null when it has not since changes are kept. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  upvotesChangedAt!: Date | null;
}
