import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";
import { FeedRanking } from "./feed-ranking.entity";

/** A paper's place in one ranking. */
@Entity("feed_ranks")
@Index(["paperId", "rankingId"])
export class FeedRank {
  @ForeignKey(() => FeedRanking, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  rankingId!: number;

  /** 1-based. */
  @PrimaryColumn("integer")
  rank!: number;

  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @Column("integer")
  paperId!: number;

  /** The first day of the period that featured it. */
  @Column("date")
  feedDay!: string;

  @Column("timestamp with time zone", { precision: 3 })
  featuredAt!: Date;

  @Column("integer")
  upvotesInPeriod!: number;

  /** Whether it came to a day whose ranking was final: it then stays behind the others. */
  @Column("boolean", { default: false })
  isLate!: boolean;

  /**
   * Whether its categories were unknown when this ranking of an open day was made. Listeners who asked for categories are
   * told of it by the first ranking after that for which it is false. False in every other ranking.
   */
  @Column("boolean", { default: false })
  awaitsCategories!: boolean;
}
