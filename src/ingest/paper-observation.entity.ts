import { Column, Entity, ForeignKey, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";

/** The looks at a paper: whose word each value is, and when the newest record that knew each part of a paper was observed; null when no record knew it. */
@Entity("paper_looks")
export class PaperObservation {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  contentAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  authorsAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  upvotesAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  commentsAt!: Date | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  codeStarsAt!: Date | null;

  /** Of the newest record from arXiv. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  arxivAt!: Date | null;

  /** Whose word each column of the paper is, and of when, as a decimal number: see `merge/word.ts`. */
  @Column("jsonb", { default: {} })
  said!: Record<string, number>;
}
