import { Column, Entity, Index, PrimaryGeneratedColumn } from "../db/entity";
import type { FeedPeriod } from "./period";

/**
 * The order of a feed at one time. An open feed gets a new one when it changes. The final one of a day stays forever; that of
 * a week or a month until a day is imported that was missing.
 */
@Entity("feed_rankings")
@Index(["period", "startDate", "id"])
@Index("feed_rankings_final_idx", { synchronize: false })
export class FeedRanking {
  @PrimaryGeneratedColumn("identity", { type: "integer", generatedIdentity: "BY DEFAULT" })
  id!: number;

  @Column("text")
  period!: FeedPeriod;

  @Column("date")
  startDate!: string;

  @Column("timestamp with time zone", { precision: 3, default: () => "now()" })
  madeAt!: Date;

  @Column("boolean", { default: false })
  isFinal!: boolean;

  /** The days with papers that the final one of a week or a month includes. */
  @Column("date", { array: true, nullable: true })
  days!: string[] | null;

  /** When it replaced another final one. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  revisedAt!: Date | null;
}
