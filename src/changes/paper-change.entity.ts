import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";

/**
 * The time of a paper's last change, in the sequencer's order: a change that is sequenced later has a later time, however
 * long its transaction took and whatever the clock does.
 */
@Entity("paper_changes")
@Index(["changedAt", "paperId"])
export class PaperChange {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @Column("timestamp with time zone", { precision: 3 })
  changedAt!: Date;

  /** When its upvote count last changed; null if not since changes are recorded. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  upvotesChangedAt!: Date | null;
}
