import { authorsNamed } from "../authors/author.service";
import { type Sql, sql } from "../db/sql";
import { MAX_SCANNED, mostUpvoted, top } from "./candidates";
import { topicOf } from "./words";

/** What a search without results is replaced by. */
export interface Correction {
  /** The query without what it excludes. */
  text: string;
  /** Tsqueries of words spelt like those of the query, for titles (with keywords) and for the name of one author. */
  inText: string;
  inName: string;
  /** A condition on papers `p` that leaves out what the query excludes. */
  condition: Sql;
}

/** The most papers that are listed. */
export const MAX_ALIKE = 100;

/** The most papers that are found by titles, and as many by names; those with the most upvotes are listed. */
const MAX_FOUND = 300;

/** The most authors by whose names papers are found. */
const MAX_NAMED = 200;

/**
 * Papers with the words (a tsquery) in title or keywords. Numbered instead of limited: with a limit, or with a value that
 * it knows, the planner expects to meet enough papers soon, and reads the whole table when there is none.
 */
function titled(words: string): Sql {
  return sql`(
    select p.*, row_number() over () as n from papers p where ${topicOf(sql`p`)} @@ (select ${words}::tsquery)
  )`;
}

function named(words: string): Sql {
  return authorsNamed(sql`(select ${words}::tsquery)`);
}

/** Whether any paper has the words in title or keywords, or any author in the name. Counted, as a limit misleads the planner. */
export function isAnySimilar({ inText, inName }: Pick<Correction, "inText" | "inName">): Sql {
  return sql`
    (select count(*) from ${titled(inText)} p where p.n <= 1) + (select count(*) from ${named(inName)} a where a.n <= 1) > 0`;
}

/**
 * The ids of the papers to compare with a misspelt query, and how similar the name was that found them. Papers are found in
 * any order; but title words that are in a tenth of the most upvoted papers are found by scanning these, since the index
 * would take 50 ms for a tenth of a million papers.
 */
export function similarMatches({ text, inText, inName, condition }: Correction, filter: Sql): Sql {
  const hasWords = sql`${topicOf(sql`p`)} @@ ${inText}::tsquery`;
  return sql`(
    with common as materialized (select count(*) filter (where ${hasWords}) >= 3 as are_common from ${top(30)}),
    found as materialized (
      (
        select p.id, p.upvote_count, 0 as likeness from ${top(MAX_SCANNED)}
        where (select are_common from common) and ${hasWords} and ${condition} and ${filter}
        order by ${mostUpvoted} limit ${MAX_ALIKE}::int
      )
      union all
      select p.id, p.upvote_count, 0 from ${titled(inText)} p
      where p.n <= ${MAX_FOUND}::int and not (select are_common from common) and ${condition} and ${filter}
      union all
      select p.id, p.upvote_count, n.likeness from (
        select s.paper_id, word_similarity(fold(${text}), fold(a.name)) as likeness
        from ${named(inName)} a
        cross join lateral (select paper_id from authorships where author_id = a.id limit ${MAX_FOUND}::int) s
        where a.n <= ${MAX_NAMED}::int
        limit ${MAX_FOUND}::int
      ) n
      cross join lateral (select * from papers where id = n.paper_id limit 1) p
      where ${condition} and ${filter}
    )
    select p.id, max(p.likeness) as likeness
    from found p
    group by p.id, p.upvote_count
    order by ${mostUpvoted} limit ${MAX_ALIKE}::int
  )`;
}
