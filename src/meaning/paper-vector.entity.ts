import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";

/** SQL, as TypeORM reads it, without casts: the number of the current transaction, for which it has no type. */
export const TRANSACTION = "((pg_current_xact_id()))";

/** What a paper is about, to one model. */
@Entity("paper_vectors")
@Index("paper_vectors_written_in_idx", ["model", "writtenIn"])
export class PaperVector {
  @ForeignKey("Paper", { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  /** The name of the model; vectors of different ones are never compared. */
  @PrimaryColumn("text")
  model!: string;

  /** A signed byte for each dimension, of any length but not zero; empty when title and abstract have no word that the model knows. */
  @Column("bytea")
  vector!: Buffer;

  /** The transaction that wrote it, by which readers find what was committed since they last read. A backup leaves it out. */
  @Column("bigint", { default: () => TRANSACTION })
  writtenIn!: string;
}
