import { Entity, Index, PrimaryColumn } from "../db/entity";

/** A normalized word of a title or an author's name, current or past. */
@Entity("words")
@Index("words_word_idx", { synchronize: false })
export class Word {
  @PrimaryColumn("text")
  word!: string;
}
