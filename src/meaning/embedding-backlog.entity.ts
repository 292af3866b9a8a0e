import { Column, Entity, PrimaryColumn } from "../db/entity";
import { TRANSACTION } from "./paper-vector.entity";

/** A paper whose vector an endpoint is to make. It is written in the transaction that writes the paper's text. */
@Entity("embedding_backlog")
export class EmbeddingBacklog {
  @PrimaryColumn("text")
  model!: string;

  @PrimaryColumn("integer")
  paperId!: number;

  /** The transaction that asked for it last: whoever was embedding it meanwhile leaves the row. */
  @Column("bigint", { default: () => TRANSACTION })
  requestedIn!: string;

  /** Until then a worker is at it. */
  @Column("timestamptz", { nullable: true })
  leasedUntil!: Date | null;
}
