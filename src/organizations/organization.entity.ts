import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { UrlScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";

@Entity("organizations")
@Unique(["key"])
@Index("organizations_paper_count_idx", ["paperCount", "rowId"])
// On fold(name), defined in the migration.
@Index("organizations_name_idx", { synchronize: false })
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: "A lab, company or university that a source credits with papers.",
})
export class Organization {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  /** The source's handle, in lower case, which identifies it across imports. */
  @Column("text")
  key!: string;

  @Field(() => String, { description: "As the source first printed it." })
  @Column("text")
  name!: string;

  @Field(() => UrlScalar, { nullable: true, description: "Its logo, hosted by the source; null when unknown." })
  @Column("text", { nullable: true })
  logoUrl!: string | null;

  @Field(() => Int, { description: "How many papers are credited to it: as many as `papers` lists." })
  @Column("integer", { default: 0 })
  paperCount!: number;
}
