import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from "../db/entity";
import { Node } from "../nodes/node.type";

@Entity("topics")
@Unique(["key"])
@Index("topics_paper_count_idx", ["paperCount", "rowId"])
// GIN, defined in the migration.
@Index("topics_words_idx", { synchronize: false })
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    "What papers call by the same words in their `keywords`: case, accents, hyphens, plurals and other English endings make no difference, as in `PaperFilter.keywords`.",
})
export class Topic {
  @PrimaryGeneratedColumn("identity", { name: "id", type: "integer", generatedIdentity: "BY DEFAULT" })
  rowId!: number;

  /** As the function topic_key reads all of its spellings. */
  @Column("text", { select: false })
  key!: string;

  @Field(() => String, {
    description: "The spelling that most papers have, the first in alphabetical order of several.",
  })
  @Column("text")
  label!: string;

  /** The words of its spellings, by which it is found. */
  @Column("tsvector", { select: false })
  words!: string;

  @Field(() => Int, {
    description:
      "How many papers have it among their `keywords`: as many as `papers` lists. `PaperFilter.keywords` with the label finds these, and those that have the words in title or abstract.",
  })
  @Column("integer", { default: 0 })
  paperCount!: number;
}
