import { Column, Entity, PrimaryColumn } from "../db/entity";

/** How many papers some day of a month featured, each once. */
@Entity("featured_months")
export class FeaturedMonth {
  /** Its first day. */
  @PrimaryColumn("date")
  month!: string;

  @Column("integer", { default: 0 })
  paperCount!: number;
}
