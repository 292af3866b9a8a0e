import { constant, type Sql, sql } from "../db/sql";
import { wordsOf } from "./words";

/**
 * Papers that a search ranks, at most: to read and rank one takes some 20 µs, and a common word is in hundreds of
 * thousands of a million papers.
 */
export const MAX_RANKED = 1000;

/** Where it is looked for matches one by one, in the order of upvotes, when many of the first ones are some. */
export const WALKED = 10_000;

/** Papers `p`, the most upvoted first; the latest ids first among equals. */
export const mostUpvoted = sql`p.upvote_count desc, p.id desc`;

/** So many papers `p` with the most upvotes. */
export function top(papers: number): Sql {
  return sql`(select p.* from papers p order by ${mostUpvoted} limit ${constant(papers)}) p`;
}

/**
 * The ids of all papers that match or, when they are more than `most`, of those with the most upvotes; the latest ids
 * first among equals. Words that are in an eighth of the most upvoted papers are found by walking down these: the index
 * of words takes half a second for several words that are each in half of a million papers. Others are found by the
 * index, first among papers of some upvotes, since without that bound every match would be read. A step is not run when
 * one before has found enough.
 */
export function bestMatches(query: string, condition: Sql, most: number): Sql {
  const matches = sql`p.search @@ ${wordsOf(query)} and ${condition}`;
  const isShort = (step: Sql) => sql`(select count(*) from ${step}) < ${most}::int`;
  return sql`(
    with walked as materialized (
      select p.id from ${top(WALKED)}
      where ${matches} and (select count(*) filter (where p.search @@ ${wordsOf(query)}) >= 6 from ${top(50)})
      order by ${mostUpvoted} limit ${most}::int
    ), upvoted as materialized (
      select p.id from papers p
      where ${matches} and p.upvote_count >= 16 and ${isShort(sql`walked`)}
      order by ${mostUpvoted} limit ${most}::int
    ), others as materialized (
      select p.id from papers p
      where ${matches} and ${isShort(sql`walked`)} and ${isShort(sql`upvoted`)}
      order by ${mostUpvoted} limit ${most}::int
    )
    select id from walked where not ${isShort(sql`walked`)}
    union all
    select id from upvoted where not ${isShort(sql`upvoted`)}
    union all
    select id from others
    limit ${most}::int
  )`;
}
