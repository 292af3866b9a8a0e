import { type Sql, sql } from "../db/sql";

/**
 * What ts_rank compares papers with, as one row: `wanted` is the words without the excluded ones, which it would miss in every
 * match; `together` the same where every match has all of them, else null; `once` the rank of a match that has the one word wanted
 * in its abstract alone, once, null where several are wanted. PostgreSQL's querytree leaves out what is excluded; of words
 * that are all excluded it makes the letter T, and of all alternatives if one is such: so each is passed separately.
 */
export function wantedIn(words: Sql): Sql {
  return sql`(
    select coalesce(string_agg(w.tree, ' | '), '')::tsquery as wanted,
      case when count(*) = 1 then min(w.tree)::tsquery end as together,
      case when count(*) = 1 and numnode(min(w.tree)::tsquery) = 1 then ts_rank('x:1'::tsvector, 'x'::tsquery) end as once
    from (
      select nullif(querytree(alternative::tsquery), 'T') as tree from string_to_table(${words}::text, ' | ') alternative
    ) w
  )`;
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
