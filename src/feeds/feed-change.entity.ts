import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from "../db/entity";
import { FeedRanking } from "./feed-ranking.entity";

/** That a feed was ranked anew, or got papers after it was final. Kept as long as superseded rankings are. */
@Entity("feed_changes")
@Index(["rankingId"])
export class FeedChange {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "BY DEFAULT" })
  id!: string;

  @ForeignKey(() => FeedRanking, { onDelete: "CASCADE" })
  @Column("integer")
  rankingId!: number;

  /** The ranking that this one took the place of, which may be gone; itself when it only got more papers. */
  @Column("integer", { nullable: true })
  previousId!: number | null;

  /** The papers that were not in the feed before, by rank. */
  @Column("integer", { array: true })
  entered!: number[];

  @Column("timestamp with time zone", { precision: 3, default: () => "clock_timestamp()" })
  changedAt!: Date;
}
