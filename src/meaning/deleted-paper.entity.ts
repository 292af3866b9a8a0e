import { Column, Entity, Index, PrimaryColumn } from "../db/entity";
import { TRANSACTION } from "./paper-vector.entity";

/** A paper that was deleted, as a trigger of `papers` writes it. */
@Entity("deleted_papers")
export class DeletedPaper {
  @PrimaryColumn("integer")
  paperId!: number;

  /** The transaction that deleted it, by which readers find what was deleted since they last read. */
  @Index("deleted_papers_deleted_in_idx")
  @Column("bigint", { default: () => TRANSACTION })
  deletedIn!: string;
}
