import type { Transaction } from "../db/database";
import { sql } from "../db/sql";

/** The words of a look's title and names, as `words_of` has them. */
export const wordsOfLook = sql`
  tsvector_to_array(words_of(title || ' ' || coalesce(array_to_string(author_names, ' '), '')))`;

/**
 * Adds the words of titles and names that are not known yet, also of looks that change nothing: a paper may have come
 * from a version that knew of no words. Words that no longer occur stay: no paper or author is found by them.
 */
export async function mergeWords(tx: Transaction): Promise<void> {
  await tx.read(sql`
    insert into words (word)
    select distinct w.word from staged s, unnest(s.words) w (word)
    where not exists (select from words known where known.word = w.word)
    order by 1
    on conflict do nothing`);
}
