import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, ForeignKey, PrimaryColumn } from "../db/entity";
import { DateTimeScalar } from "../graphql/scalars";

@Entity("paper_versions")
@ObjectType({ simpleResolvers: true, description: "A version of a paper on arXiv." })
export class PaperVersion {
  @ForeignKey("Paper", { onDelete: "CASCADE" })
  @PrimaryColumn("integer", { select: false })
  paperId!: number;

  @Field(() => Int, { description: "1 for the first." })
  @PrimaryColumn("integer")
  number!: number;

  @Field(() => DateTimeScalar, { description: "When its authors submitted it." })
  @Column("timestamp with time zone", { precision: 3 })
  submittedAt!: Date;
}
