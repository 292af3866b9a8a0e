import { type Sql, sql } from "../db/sql";

/**
 * What ts_rank compares papers with, as one row: `wanted` is the words without the excluded ones, which it would miss in every
 * match; `together` the same where every match has all of them, else null; `once` the rank of a match that has the one word
 * wanted in its abstract alone, once, null where several are wanted.
 */
export function wantedIn(words: Sql): Sql {
  return sql`(
    select q.wanted, case when q.are_together then q.wanted end as together,
      case when q.are_together and numnode(q.wanted) = 1 then ts_rank('x:1'::tsvector, 'x'::tsquery) end as once
    from (
      select case when strpos(q.words::text, '!') = 0 then q.words else ${querytreeOf(sql`q.words`)} end as wanted,
        strpos(q.words::text, '|') = 0 as are_together
      from (select ${words} as words) q
      offset 0
    ) q
    offset 0
  )`;
}

/**
 * PostgreSQL's querytree leaves out what is excluded; of words that are all excluded it makes the letter T, and of all
 * alternatives if one is such: so each is passed separately.
 */
function querytreeOf(words: Sql): Sql {
  return sql`coalesce((
    select string_agg(nullif(querytree(alternative::tsquery), 'T'), ' | ')
    from string_to_table(${words}::text, ' | ') alternative
  ), '')::tsquery`;
}

/**
 * The rank by ts_rank of a match `p` of the words that `w` was made of (see `wantedIn`). Its default weights put title (A)
 * 1.0 > authors (B) 0.4 > keywords (C) 0.2 > abstract (D) 0.1. All words of a paper are stored beside the table, which takes
 * several times as long to read as the salient ones. Those are enough where they have all that is wanted, or else where it is
 * one word.
 */
export const rank = sql`(
  case
    when p.salient_words @@ w.together then ts_rank(p.salient_words, w.together)
    when p.salient_words is not null and w.once is not null then w.once
    else ts_rank(p.search, w.wanted)
  end
)::float8`;
