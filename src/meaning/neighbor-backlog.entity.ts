import { Column, Entity, PrimaryColumn } from "../db/entity";
import { TRANSACTION } from "./paper-vector.entity";

/** A paper whose neighbors are to be found. It is written in the transaction that writes the paper's vector. */
@Entity("neighbor_backlog")
export class NeighborBacklog {
  @PrimaryColumn("integer")
  paperId!: number;

  @PrimaryColumn("text")
  model!: string;

  /** The transaction that asked for it last: whoever was finding them meanwhile leaves the row. */
  @Column("bigint", { default: () => TRANSACTION })
  requestedIn!: string;
}
