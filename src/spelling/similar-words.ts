import type { Db } from "../db/database";
import { type Sql, sql } from "../db/sql";

/** Only the first words of a query are compared; each costs about a millisecond. */
const MAX_ASKED = 8;
/** The most words of which a part is similar to an asked word. */
const MAX_NEAR = 20;
/** The most words that are similar to an asked word as a whole. */
const MAX_FAR = 10;

/** A known word, as a query of texts and of names, and how similar a part of it is to the asked word: 0 to 1. */
export interface SimilarWord {
  inText: string;
  inName: string;
  part: number;
}

interface Asking {
  /** Which of the asked words `w` are left out. */
  ignored: Sql;
  /** Which of the asked words `q` are compared; a known word always matches itself. It may use `q.is_only` and `q.is_known`. */
  compared: Sql;
  /** Which of them are also compared as a whole, even if a part of other words is similar. */
  compareWhole: Sql;
}

const inText = (word: Sql) => sql`plainto_tsquery('paper_text', searchable(${word}))`;
const inName = (word: Sql) => sql`plainto_tsquery('simple', ${word})`;

/** Whether full-text search ignores an asked word. */
export const isStopWord = sql`numnode(${inText(sql`w.lexeme`)}) = 0`;

/** For each word of a text, the known words of the most similar spelling, best first. Words without any are left out. */
export async function findSimilarWords(
  db: Db,
  text: string,
  { ignored, compared, compareWhole }: Asking,
): Promise<SimilarWord[][]> {
  const rows = await db.query<{ similar: SimilarWord[] }>(
    sql`
    with asked as (
      select w.lexeme as word, w.positions[1] as position
      from unnest(words_of(${text})) w where not ${ignored}
      order by position limit ${MAX_ASKED}::int
    ), q as materialized (
      select word, position, (select count(*) from asked) = 1 as is_only,
        exists (select from words where words.word = asked.word) as is_known
      from asked
    )
    select json_agg(
      json_build_object(
        'inText', ${inText(sql`a.word`)}, 'inName', ${inName(sql`a.word`)}, 'part', a.part
      )
      order by a.part desc, a.whole desc, a.word
    ) as "similar"
    from q cross join lateral (
      with near as materialized (
        select w.word, word_similarity(q.word, w.word) as part, similarity(q.word, w.word) as whole
        from words w where q.word <% w.word and ${compared}
        order by part desc, whole desc, w.word limit ${MAX_NEAR}::int
      )
      select q.word, 1 as part, 1 as whole where q.is_known
      union all
      select * from near
      union all (
        select w.word, word_similarity(q.word, w.word), similarity(q.word, w.word) as whole
        from words w where q.word % w.word and ${compared} and (${compareWhole} or not exists (select from near))
        order by whole desc, w.word limit ${MAX_FAR}::int
      )
    ) a
    group by q.word, q.position
    order by q.position`.long,
  );
  return rows.map((row) => row.similar);
}

/** Where words are searched. */
type Place = "inText" | "inName";

/** The query for any of the words. */
export function anyOf(similar: readonly SimilarWord[], place: Place): string {
  const queries = new Set(similar.map((each) => each[place]).filter((query) => query !== ""));
  return queries.size > 0 ? `(${[...queries].join(" | ")})` : "";
}

/** The query for one word of each group. */
export function allOf(groups: readonly (readonly SimilarWord[])[], place: Place): string {
  return groups
    .map((similar) => anyOf(similar, place))
    .filter((query) => query !== "")
    .join(" & ");
}
