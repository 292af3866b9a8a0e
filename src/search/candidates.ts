import { constant, type Sql, sql } from "../db/sql";
import { wordsOf } from "./words";

/**
 * The most papers that a search ranks: reading and ranking one takes some 20 µs, and a common word is in hundreds of
 * thousands of a million papers.
 */
export const MAX_RANKED = 1000;

/** How many of the most upvoted papers are scanned for matches, one by one, when many of the first ones match. */
export const MAX_SCANNED = 10_000;

/** Words are in an eighth of the most upvoted papers when so many `matches` are among so many `papers`. */
const SAMPLE = { papers: 50, matches: 6 };

/** The order of papers `p`: most upvotes first, then latest id first. */
export const mostUpvoted = sql`p.upvote_count desc, p.id desc`;

/** The given number of papers `p` with the most upvotes. */
export function top(papers: number): Sql {
  return sql`(select p.* from papers p order by ${mostUpvoted} limit ${constant(papers)}) p`;
}

/**
 * The ids of all papers that match or, if they are more than `most`, of those with the most upvotes, then the latest ids.
 * Words that are in an eighth of the most upvoted papers are found by scanning these: the index of words takes half a
 * second for several words that are each in half of a million papers. Others are found by the index, first among papers
 * with some upvotes, since without that bound every match would be read. A step is skipped when an earlier one has found
 * enough.
 */
export function bestMatches(query: string, condition: Sql, most: number): Sql {
  const matches = sql`p.search @@ ${wordsOf(query)} and ${condition}`;
  const foundTooFew = (step: Sql) => sql`(select count(*) from ${step}) < ${most}::int`;
  return sql`(
    with scanned as materialized (
      select p.id from ${top(MAX_SCANNED)}
      where ${matches} and (
        select count(*) filter (where p.search @@ ${wordsOf(query)}) >= ${constant(SAMPLE.matches)} from ${top(SAMPLE.papers)}
      )
      order by ${mostUpvoted} limit ${most}::int
    ), upvoted as materialized (
      select p.id from papers p
      where ${matches} and p.upvote_count >= 16 and ${foundTooFew(sql`scanned`)}
      order by ${mostUpvoted} limit ${most}::int
    ), others as materialized (
      select p.id from papers p
      where ${matches} and ${foundTooFew(sql`scanned`)} and ${foundTooFew(sql`upvoted`)}
      order by ${mostUpvoted} limit ${most}::int
    )
    select id from scanned where not ${foundTooFew(sql`scanned`)}
    union all
    select id from upvoted where not ${foundTooFew(sql`upvoted`)}
    union all
    select id from others
    limit ${most}::int
  )`;
}
