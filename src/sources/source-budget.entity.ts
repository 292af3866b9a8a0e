import type { SourceName } from "../config/source-settings";
import { Column, Entity, PrimaryColumn } from "../db/entity";

/** What all processes together may ask of one source, and what became of it. */
@Entity("source_budgets")
export class SourceBudget {
  @PrimaryColumn("text")
  source!: SourceName;

  /** When the next request may begin. */
  @Column("timestamp with time zone", { precision: 3 })
  nextAt!: Date;

  /** The worker whose request is under way: a source has one connection. */
  @Column("text", { nullable: true })
  holder!: string | null;

  /** When its request is over at the latest, even if the worker was lost. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  heldUntil!: Date | null;

  /** The end of the pause after a failure, which may be one that the source asked for. */
  @Column("timestamp with time zone", { precision: 3, nullable: true })
  pausedUntil!: Date | null;

  /** Requests that failed since the last answer. */
  @Column("integer", { default: 0 })
  failures!: number;

  @Column("timestamp with time zone", { precision: 3, nullable: true })
  lastSuccessAt!: Date | null;

  /** A sentence for readers; null after a success. */
  @Column("text", { nullable: true })
  lastError!: string | null;

  @Column("bigint", { default: 0 })
  requestsOk!: string;

  /** Requests to which the source answered that they are too many. */
  @Column("bigint", { default: 0 })
  requestsLimited!: string;

  @Column("bigint", { default: 0 })
  requestsFailed!: string;

  @Column("bigint", { default: 0 })
  papersRead!: string;
}
