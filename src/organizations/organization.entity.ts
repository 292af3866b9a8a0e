import { Field, ObjectType } from "type-graphql";
import { Column, Entity, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { UrlScalar } from "../graphql/scalars";
import { Node } from "../nodes/node.type";

@Entity("organizations")
@Unique(["key"])
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
}
