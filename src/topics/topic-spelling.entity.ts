import { Column, Entity, ForeignKey, Index, PrimaryColumn } from "../db/entity";
import { Topic } from "./topic.entity";

/** A keyword as papers print it, unless filters refuse it: too long, or without a word to search for. */
@Entity("topic_spellings")
@Index("topic_spellings_topic_id_idx", ["topicId"])
// GIN, defined in the migration.
@Index("topic_spellings_words_idx", { synchronize: false })
export class TopicSpelling {
  @PrimaryColumn("text")
  spelling!: string;

  @ForeignKey(() => Topic)
  @Column("integer")
  topicId!: number;

  @Column("integer", { default: 0 })
  paperCount!: number;
}
