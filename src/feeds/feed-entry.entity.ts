import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";
import { FeedDay } from "./feed-day.entity";

/** A paper featured on a day. */
@Entity("feed_entries")
@Index("feed_entries_paper_id_idx", ["paperId", "day"])
export class FeedEntry {
  @ForeignKey(() => FeedDay)
  @PrimaryColumn("date")
  day!: string;

  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  /** Breaks ties between papers with equal upvotes. */
  @Column("timestamp with time zone", { precision: 3 })
  featuredAt!: Date;
}
