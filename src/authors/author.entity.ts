import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { Node } from "../nodes/node.type";

@Entity("authors")
@Unique(["key"])
@Index("authors_words_idx", { synchronize: false })
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "A name as sources print it, not a person: namesakes share one Author. Case, white space and the periods of initials make no difference.",
})
export class Author {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  /** The name folded: what makes two printed names one author. */
  @Column("text")
  key!: string;

  @Field(() => String, { description: "As it was printed first; each paper's own spelling is on its authorship edge." })
  @Column("text")
  name!: string;
}
