import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { allOf, anyOf, readAlike } from "../search/alike";
import { Author } from "./author.entity";

export const authorColumns: Sql = nodeColumnsOf("Author", Author, "a");

/** Authors that are compared, at most: of those that have all words of a name, and of those that have one of them. */
export const MAX_COMPARED = 200;
export const MAX_COMPARED_EACH = 50;
/** So many authors with all words are enough: a word alone may be that of a twentieth of all authors, which takes 10 ms. */
export const ENOUGH = 10;

/** Once, not for each author. */
const folded = (name: string) => sql`(select fold(${name}))`;

/** Best match first, of `authorsLike`: how much of the name the searched words cover, then how alike both are as a whole. */
export function bestMatchOrder(name: string): Order {
  const score = sql`
    (word_similarity(${folded(name)}, a.folded) + similarity(${folded(name)}, a.folded))::float8`;
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
 * Authors `a` with a part of the name that is like the searched one, so that a typo or a missing accent does not matter,
 * up to a condition that more may be added to. Compared are those that have all its words and, where they are few, those
 * that have one. A word that is in names or titles stands for itself, unless it is the only one: then it may be the
 * beginning of others. Names in scripts of which PostgreSQL makes no trigrams, such as Chinese, are found by whole words.
 */
export async function authorsLike(db: Db, name: string): Promise<Sql> {
  const groups = await readAlike(db, name, {
    ignored: sql`false`,
    compared: sql`(q.is_only or not q.is_known)`,
    widely: sql`false`,
  });
  const each = groups.length > 1 ? groups.map((alike) => anyOf(alike, "inName")) : [];
  const hasAll = sql`words_of(a.name) @@ (select string_agg(quote_literal(w.lexeme), ' & ')::tsquery from unnest(words_of(${name})) w)`;
  return sql`(
      with whole as materialized (
        select * from ${authorsNamed(sql`(select ${allOf(groups, "inName")}::tsquery)`)} w where w.n <= ${MAX_COMPARED}::int
      )
      select distinct on (found.id) found.id, found.key, found.name, fold(found.name) as folded
      from (
        select * from whole
        union all
        select w.*
        from unnest(case when (select count(*) from whole) < ${ENOUGH}::int then ${each}::text[] end) q (words)
        cross join lateral ${authorsNamed(sql`q.words::tsquery`)} w
        where w.n <= ${MAX_COMPARED_EACH}::int
      ) found
      order by found.id
    ) a
    where (${folded(name)} <% a.folded or ${hasAll})`;
}

/**
 * Authors with the words (a tsquery) in the name. Numbered, since a limit makes the planner hope to meet so many soon, and
 * read all.
 */
export function authorsNamed(words: Sql): Sql {
  return sql`(select a.*, row_number() over () as n from authors a where words_of(a.name) @@ ${words})`;
}

export function listAuthors(db: Db, authors: Sql, slice: Slice): Promise<Keyed<Author>[]> {
  return db.read(
    sql`
    select ${authorColumns}, ${slice.keyColumns}
    from ${authors} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`.long,
  );
}

export async function countAuthors(db: Db, authors: Sql): Promise<number> {
  const [row] = await db.read<{ count: number }>(sql`select count(*)::int as count from ${authors}`.long);
  return row!.count;
}
