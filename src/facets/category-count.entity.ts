import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, PrimaryColumn } from "../db/entity";

@Entity("category_counts")
@ObjectType({ simpleResolvers: true, description: "A category of arXiv that some papers have, or an archive." })
export class CategoryCount {
  @Field(() => String, { description: "As `PaperFilter.categories` takes it: `cs.CL`, or the archive `cs`." })
  @PrimaryColumn("text")
  category!: string;

  @Field(() => Int, {
    description:
      "How many papers have it, primary or not: as many as `PaperFilter.categories` keeps. An archive counts the papers of all its categories.",
  })
  @Column("integer", { default: 0 })
  paperCount!: number;
}
