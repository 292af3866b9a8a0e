import type { SourceName } from "../config/source-settings";
import { Column, Entity, Index, PrimaryColumn } from "../db/entity";

/** One thing that is asked of a source, again and again: a day's list, or what is known of a paper. Also what a hub is told. */
@Entity("source_tasks")
@Index("source_tasks_due_at_idx", ["source", "kind", "dueAt"])
@Index("source_tasks_first_idx", { synchronize: false })
@Index("source_tasks_held_until_idx", { synchronize: false })
export class SourceTask {
  @PrimaryColumn("text")
  source!: SourceName | "websub";

  /** "day" for Hugging Face, "paper" and "versions" for arXiv; "plan" for what makes these; "ping" for a hub. */
  @PrimaryColumn("text")
  kind!: string;

  /** What is asked for: a day, or an arXiv id. Empty for a plan; of a ping the feed and its first day. */
  @PrimaryColumn("text")
  key!: string;

  /** By which never read tasks are ordered, newest first: the day itself, or the paper's. Of a plan: the first day to fill. */
  @Column("date", { nullable: true })
  day!: string | null;

  /** When it is to be asked next; null: never again. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  dueAt!: Date | null;

  /** The worker that has leased it. */
  @Column("text", { nullable: true })
  owner!: string | null;

  /** Until when nobody else takes it, though it is due: the end of the lease or, after a failure, of the pause. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  heldUntil!: Date | null;

  /** Since the last success, the one under way included. */
  @Column("integer", { default: 0 })
  attempts!: number;

  /** How often it was read successfully: the distance to the next time grows with it. */
  @Column("integer", { default: 0 })
  successes!: number;

  /** When the last successful reading began. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastSuccessAt!: Date | null;

  /** When the reading began after which nothing more was to come: of a day, the first one after it had closed. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  completedAt!: Date | null;

  /** What the last reading saw, by which the next one notices a change. */
  @Column("text", { nullable: true })
  seen!: string | null;

  /** A sentence for readers; null after a success. */
  @Column("text", { nullable: true })
  lastError!: string | null;
}
