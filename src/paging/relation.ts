import type { Db } from "../db/database";
import type { Keyed, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";

/** One page of a relation, which ends with a condition. */
export function listFrom<Row>(db: Db, columns: Sql, relation: Sql, slice: Slice): Promise<Keyed<Row>[]> {
  return db.query(sql`
    select ${columns}, ${slice.keyColumns}
    from ${relation} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`);
}

/** How many rows such a relation has. */
export async function countFrom(db: Db, relation: Sql): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`select count(*)::int as count from ${relation}`.long);
  return row!.count;
}
