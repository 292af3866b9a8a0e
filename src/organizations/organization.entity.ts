import { Field, ObjectType } from "type-graphql";
import { Column, Entity, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { Node } from "../nodes/node.type";
import { UrlScalar } from "../scalars";

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

  /** The source's handle, lower-cased: what identifies it across imports. */
  @Column("text")
  key!: string;

  @Field(() => String, { description: "As the source first printed it." })
  @Column("text")
  name!: string;

  @Field(() => UrlScalar, { nullable: true, description: "Its logo, hosted by the source; null when unknown." })
  @Column("text", { nullable: true })
  logoUrl!: string | null;
}
