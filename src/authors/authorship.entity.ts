import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Paper } from "../papers/paper.entity";
import { Author } from "./author.entity";

/** One printed name on one paper. A paper may print the same name twice, so only the position is unique. */
@Entity("authorships")
@Index("authorships_author_id_idx", ["authorId", "paperId"])
export class Authorship {
  @ForeignKey(() => Paper, { onDelete: "CASCADE" })
  @PrimaryColumn("integer")
  paperId!: number;

  /** 1-based, as printed. */
  @PrimaryColumn("integer")
  position!: number;

  @ForeignKey(() => Author)
  @Column("integer")
  authorId!: number;

  @Column("text")
  name!: string;
}
