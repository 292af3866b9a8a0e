import { Check, Column, Entity, ForeignKey, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";

/**
 * When a source's upvotes count as cast: those of the first import at noon UTC of the feed day (else of the publication
 * day), what a later import adds at the time of its record.
 */
@Entity("imported_votes")
@Check("imported_votes_votes_check", "votes > 0")
export class ImportedVotes {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @PrimaryColumn("timestamp with time zone", { precision: 3 })
  castAt!: Date;

  @Column("integer")
  votes!: number;
}
