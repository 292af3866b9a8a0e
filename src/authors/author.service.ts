import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { nodeColumnsOf } from "../nodes/node-columns";
import { Author } from "./author.entity";

export const authorColumns: Sql = nodeColumnsOf("Author", Author, "a");

/** Best match first: how much of the name the searched words cover, then how alike both are as a whole. */
export function bestMatchOrder(name: string): Order {
  const score = sql`
    (word_similarity(fold(${name}), fold(a.name)) + similarity(fold(${name}), fold(a.name)))::float8`;
  return {
    name: "BEST_MATCH",
    keys: [
      { column: score, kind: "float" },
      { column: sql`a.id`, kind: "int" },
    ],
    direction: "desc",
  };
}

/** Authors with a part of the name that is like the searched one, so that a typo or a missing accent does not matter. */
export function nameIsLike(name: string): Sql {
  return sql`fold(${name}) <% fold(a.name)`;
}

export function listAuthors(db: Db, condition: Sql, slice: Slice): Promise<Keyed<Author>[]> {
  return db.read(sql`
    select ${authorColumns}, ${slice.keyColumns}
    from authors a
    where ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`);
}

export async function countAuthors(db: Db, condition: Sql): Promise<number> {
  const [row] = await db.read<{ count: number }>(sql`select count(*)::int as count from authors a where ${condition}`);
  return row!.count;
}
