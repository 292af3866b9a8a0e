import { Entity, Index, PrimaryColumn } from "../db/entity";

/** A word, folded, that stands in a title or an author's name, or stood there once. */
@Entity("words")
@Index("words_word_idx", { synchronize: false })
export class Word {
  @PrimaryColumn("text")
  word!: string;
}
