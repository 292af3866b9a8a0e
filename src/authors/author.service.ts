import type { Db } from "../db/database";
import type { Order } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { allOf, anyOf, findSimilarWords } from "../spelling/similar-words";
import { Author } from "./author.entity";

export const authorColumns: Sql = nodeColumnsOf("Author", Author, "a");

/** Most authors that are compared: of those with all words of a name, and of those with any one word. */
export const MAX_COMPARED = 200;
export const MAX_COMPARED_EACH = 50;
/** With this many authors that have all words, single words are not searched: a twentieth of all may have one, which takes 10 ms. */
export const ENOUGH = 10;

/** As a subquery, to be computed once, not for each author. */
const normalized = (name: string) => sql`(select fold(${name}))`;

/** Orders `authorsLike`, best match first, by the sum of word_similarity and similarity (pg_trgm) with the searched name. */
export function bestMatchOrder(name: string): Order {
  const score = sql`
    (word_similarity(${normalized(name)}, a.folded) + similarity(${normalized(name)}, a.folded))::float8`;
  return {
    name: "BEST_MATCH",
    keys: [
      { column: score, kind: "float" },
      { column: sql`a.id`, kind: "int" },
    ],
    direction: "desc",
  };
}

/**
 * Relation of authors `a` of papers with a part of the name similar to the searched one, so that typos and missing accents do not
 * matter; it ends with a condition, to which others may be added. Compared are authors with all words and, where these are
 * few, those with any one; and whoever has the very name, which many others may begin with. A word that is in names or titles
 * only matches itself, unless it is the only one: then those with that very word come first, before others that it may be the
 * beginning of. Names in scripts without trigrams in PostgreSQL, such as Chinese, are found by whole words.
 */
export async function authorsLike(db: Db, name: string): Promise<Sql> {
  const groups = await findSimilarWords(db, name, {
    ignored: sql`false`,
    compared: sql`(q.is_only or not q.is_known)`,
    compareWhole: sql`false`,
  });
  const each = groups.length > 1 ? groups.map((similar) => anyOf(similar, "inName")) : [];
  const words = sql`(select string_agg(quote_literal(w.lexeme), ' & ')::tsquery from unnest(words_of(${name})) w)`;
  const alike = sql`(select ${allOf(groups, "inName")}::tsquery)`;
  const upTo = (most: Sql, named: Sql) => sql`select * from ${authorsNamed(named)} w where w.n <= ${most}`;
  const most = sql`${MAX_COMPARED}::int`;
  // A word alone is compared also where it is known, and the very name must not be lost among those that it begins.
  const isBeginning = groups.length === 1 && groups[0]!.length > 1;
  const whole = isBeginning
    ? sql`
        with exact as materialized (${upTo(most, words)})
        select * from exact
        union all
        ${upTo(sql`${most} - (select count(*) from exact)`, sql`(select ${alike} && !!${words})`)}`
    : upTo(most, alike);
  return sql`(
      with whole as materialized (${whole})
      select distinct on (found.id) found.id, found.key, found.name, fold(found.name) as folded
      from (
        select * from whole
        union all
        select v.*, 0 from authors v where v.key = lower(${name}) and v.paper_count > 0
        union all
        select w.*
        from unnest(case when (select count(*) from whole) < ${ENOUGH}::int then ${each}::text[] end) q (words)
        cross join lateral ${authorsNamed(sql`q.words::tsquery`)} w
        where w.n <= ${MAX_COMPARED_EACH}::int
      ) found
      order by found.id
    ) a
    where (${normalized(name)} <% a.folded or words_of(a.name) @@ ${words})`.long;
}

/**
 * Authors of papers with the words (a tsquery) in the name. Numbered rather than limited: with `limit` the planner expects to find
 * enough rows early, and scans the whole table.
 */
export function authorsNamed(words: Sql): Sql {
  return sql`(select a.*, row_number() over () as n from authors a where a.paper_count > 0 and words_of(a.name) @@ ${words})`;
}
