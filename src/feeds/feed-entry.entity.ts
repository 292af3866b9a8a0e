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

  /** Within the day; breaks ties between papers with equal upvotes. */
  @Column("timestamp with time zone", { precision: 3 })
  featuredAt!: Date;

  /** Upvotes by the newest source record of the day's list; null when none has them. Those of a later list are not this day's. */
  @Column("integer", { nullable: true })
  upvotes!: number | null;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  upvotesAt!: Date | null;

  /** Place in the day's list, from 1; breaks ties of `featuredAt`, whatever the order in which days are imported. */
  @Column("integer", { nullable: true })
  place!: number | null;

  /** The source whose own list of the day alone tells of it, see `mergeListing`; null when it came otherwise, too. */
  @Column("text", { nullable: true })
  listedBy!: string | null;

  /** When it came here, also on a day long past. */
  @Column("timestamp with time zone", { precision: 3, default: () => "clock_timestamp()" })
  addedAt!: Date;
}
