import { Column, Entity, Index, PrimaryColumn } from "../db/entity";

/** A model whose vectors are kept: the one that serves, and one that is to. Without rows the shipped one serves. */
@Entity("meaning_models")
export class MeaningModelRow {
  /** As `paper_vectors` names it. */
  @PrimaryColumn("text")
  model!: string;

  /** The name by which an endpoint knows it; null for one that came with the project. */
  @Column("text", { nullable: true })
  askedAs!: string | null;

  /** Of an endpoint's vectors, as its first answer has them. */
  @Column("integer", { nullable: true })
  dimensions!: number | null;

  @Index("meaning_models_serving_idx", { unique: true, where: "is_serving" })
  @Column("boolean")
  isServing!: boolean;

  @Column("timestamptz", { nullable: true })
  servingSince!: Date | null;
}
