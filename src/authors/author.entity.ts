import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { Node } from "../nodes/node.type";

@Entity("authors")
@Unique(["key"])
@Index("authors_words_idx", { synchronize: false })
@Index("authors_paper_count_class_idx", ["paperCountClass"])
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "A name as sources print it, not a person: namesakes share one Author. Case, white space, periods of initials, look-alikes of apostrophes and hyphens, invisible characters, and punctuation around Jr, Sr, II, III and IV make no difference. Accents do, and so does a suffix: Ada Example Jr is not Ada Example.",
})
export class Author {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  /** The normalized name: printed names with the same key are one author. */
  @Column("text")
  key!: string;

  @Field(() => String, { description: "As first printed; each paper's own spelling is `PaperAuthorEdge.name`." })
  @Column("text")
  name!: string;

  /** Moves while papers say the same, so it is read apart from what they print. Kept by imports, and whatever merges authors. */
  @Column("integer", { default: 0, select: false })
  paperCount!: number;

  /** See `paperCountClass`. */
  @Column("integer", { default: 0, select: false })
  paperCountClass!: number;
}
