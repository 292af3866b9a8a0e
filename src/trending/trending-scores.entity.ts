import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";

/**
 * Forward-decayed votes (Cormode, Shkapenyuk, Srivastava, Xu: Forward Decay, ICDE 2009), one score for each half-life H:
 * S = log2 of the sum over the paper's votes, cast at t, of 2^((t - L) / H); L is the start of 2020. Order by S is
 * order by decayed votes at every moment, so only a vote writes it.
 */
@Entity("trending_scores")
@Index(["dayScore", "paperId"])
@Index(["weekScore", "paperId"])
@Index(["monthScore", "paperId"])
@Index(["quarterScore", "paperId"])
export class TrendingScores {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  /** All of the paper's votes, imported and cast here. */
  @Column("integer")
  votes!: number;

  @Column("double precision")
  dayScore!: number;

  @Column("double precision")
  weekScore!: number;

  @Column("double precision")
  monthScore!: number;

  @Column("double precision")
  quarterScore!: number;
}
