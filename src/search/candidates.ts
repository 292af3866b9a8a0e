import { type Sql, sql } from "../db/sql";
import { wordsOf } from "./words";

/**
 * Papers that a search ranks, at most: to read and rank one takes some 20 µs, and a common word is in hundreds of
 * thousands of a million papers.
 */
export const MAX_RANKED = 1000;

/**
 * The ids of all papers that match or, when they are more than `most`, of those with the most upvotes; the latest ids
 * first among equals. They are looked for among papers of many upvotes, of some, and of any; what comes after a step that
 * has found enough is not run. With a bound on upvotes PostgreSQL can combine the indexes of words and of upvotes:
 * without one it would have to read every match, or walk down all papers.
 */
export function bestMatches(query: string, condition: Sql, most: number): Sql {
  const step = (isWanted: Sql) => sql`
    select p.id from papers p
    where p.search @@ ${wordsOf(query)} and ${condition} and ${isWanted}
    order by p.upvote_count desc, p.id desc
    limit ${most}::int`;
  const isShort = (name: Sql) => sql`(select count(*) from ${name}) < ${most}::int`;
  const [first, second, last] = [sql`first_step`, sql`second_step`, sql`last_step`];
  return sql`(
    with ${first} as materialized (${step(sql`p.upvote_count >= 64`)}),
    ${second} as materialized (${step(sql`p.upvote_count >= 16 and ${isShort(first)}`)}),
    ${last} as materialized (${step(sql`${isShort(first)} and ${isShort(second)}`)})
    select id from ${first} where not ${isShort(first)}
    union all
    select id from ${second} where not ${isShort(second)}
    union all
    select id from ${last}
  )`;
}
