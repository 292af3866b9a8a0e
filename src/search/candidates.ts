import { constant, type Sql, sql } from "../db/sql";
import { wordsOf } from "./words";

/**
 * The most papers that a search ranks: reading and ranking one takes some 20 µs, and a common word is in hundreds of
 * thousands of a million papers.
 */
export const MAX_RANKED = 1000;

/** In tables with more papers than this for each that is ranked, not all with a common word are looked at. */
export const LARGE = 100;

/** How many of the most upvoted papers are scanned for matches, for each to rank, when many of the first ones match. */
const SCANNED = 10;
export const MAX_SCANNED = SCANNED * MAX_RANKED;

/** Words are in an eighth of the most upvoted papers when so many `matches` are among so many `papers`. */
const SAMPLE = { papers: 50, matches: 6 };

/** How many matches the index looks up while one of the most upvoted papers is scanned. */
const LOOKED_UP = 8;

/** The order of papers `p`: most upvotes first, then latest id first. */
export const mostUpvoted = sql`p.upvote_count desc, p.id desc`;

/** The given number of papers `p` with the most upvotes, and the `place` of each in the table. */
export function top(papers: number): Sql {
  return sql`(select p.*, p.ctid as place from papers p order by ${mostUpvoted} limit ${constant(papers)}) p`;
}

/**
 * Where in the table the papers are that match or, if they are more than `most`, those with the most upvotes, then the latest
 * ids; these would take three times as long to look up. Words that are in an eighth of the most upvoted papers are found by
 * scanning these, if that takes less than to look up all matches: the index of words takes half a second for several words
 * that are each in half of a million papers. Others are found by the index, in a large table first among papers with some
 * upvotes, since without that bound every match would be read. A step is skipped when an earlier one has found enough.
 */
export function bestMatches(query: string, condition: Sql, most: number): Sql {
  // For known words that most papers have, the planner would read the table.
  const hasWords = sql`p.search @@ (select words from searched)`;
  const foundTooFew = (step: Sql) => sql`(select count(*) from ${step}) < ${most}::int`;
  return sql`(
    with searched as materialized (
      select ${wordsOf(query)} as words
    ), sample as materialized (
      select c.reltuples as papers, t.matches, t.matches / ${constant(SAMPLE.papers)}::float8 as share
      from pg_class c, (select count(*) filter (where ${hasWords}) as matches from ${top(SAMPLE.papers)}) t
      where c.oid = 'papers'::regclass
    ), scanned as materialized (
      select p.place from ${top(SCANNED * most)}
      where ${hasWords} and ${condition} and (
        select s.matches >= ${constant(SAMPLE.matches)} and s.papers > ${constant(SCANNED * most)}
          and s.papers * s.share * s.share > ${constant(LOOKED_UP * most)}
        from sample s
      )
      order by ${mostUpvoted} limit ${most}::int
    ), upvoted as materialized (
      select p.ctid as place from papers p
      where p.search @@ ${wordsOf(query)} and ${condition} and p.upvote_count >= 16
        and (select s.papers > ${constant(LARGE * most)} from sample s) and ${foundTooFew(sql`scanned`)}
      order by ${mostUpvoted} limit ${most}::int
    ), others as materialized (
      select p.ctid as place from papers p
      where ${hasWords} and ${condition} and ${foundTooFew(sql`scanned`)} and ${foundTooFew(sql`upvoted`)}
      order by ${mostUpvoted} limit ${most}::int
    )
    select place from scanned where not ${foundTooFew(sql`scanned`)}
    union all
    select place from upvoted where not ${foundTooFew(sql`upvoted`)}
    union all
    select place from others
    limit ${most}::int
  )`;
}
