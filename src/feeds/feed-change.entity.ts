import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from "../db/entity";
import { FeedRanking } from "./feed-ranking.entity";

/** A new ranking of a feed, or papers added after its final one. Kept as long as superseded rankings. */
@Entity("feed_changes")
@Index(["rankingId"])
export class FeedChange {
  @PrimaryGeneratedColumn("identity", { type: "bigint", generatedIdentity: "BY DEFAULT" })
  id!: string;

  @ForeignKey(() => FeedRanking, { onDelete: "CASCADE" })
  @Column("integer")
  rankingId!: number;

  /** The ranking that this one replaced, which may be deleted; the same one when it only got more papers. */
  @Column("integer", { nullable: true })
  previousId!: number | null;

  /** The papers that are new in the feed, by rank. */
  @Column("integer", { array: true })
  entered!: number[];

  @Column("timestamp with time zone", { precision: 3, default: () => "clock_timestamp()" })
  changedAt!: Date;
}
