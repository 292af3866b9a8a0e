import type { Transaction } from "../../db/database";
import { sql } from "../../db/sql";

/** The words of a record's title, as it is searched, and of its names, as split by `words_of`. */
export const wordsOfRecord = sql`
  tsvector_to_array(words_of(searchable(title) || ' ' || coalesce(array_to_string(author_names, ' '), '')))`;

/**
 * Adds unknown words of titles and names, also of records that change nothing: a version without words may have stored the
 * paper. Words that no longer occur stay; they find no paper or author.
 */
export async function mergeWords(tx: Transaction): Promise<void> {
  await tx.query(sql`
    insert into words (word)
    select distinct w.word from staged s, unnest(s.words) w (word)
    where not exists (select from words known where known.word = w.word)
    order by 1
    on conflict do nothing`);
}
