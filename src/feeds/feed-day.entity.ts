import { Column, Entity, PrimaryColumn } from "../db/entity";

/** A UTC day that has a feed. */
@Entity("feed_days")
export class FeedDay {
  @PrimaryColumn("date")
  day!: string;

  /** When the day's papers, or what ranks them, last changed. */
  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  updatedAt!: Date;
}
