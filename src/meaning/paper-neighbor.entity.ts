import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";

/** One of the papers that are most alike a paper, to one model. */
@Entity("paper_neighbors")
export class PaperNeighbor {
  @ForeignKey("Paper", { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  @PrimaryColumn("text")
  model!: string;

  @ForeignKey("Paper", { onDelete: "CASCADE" })
  @Index("paper_neighbors_neighbor_id_idx")
  @PrimaryColumn("integer")
  neighborId!: number;

  /** The cosine of their vectors, above 0. */
  @Column("real")
  likeness!: number;
}
