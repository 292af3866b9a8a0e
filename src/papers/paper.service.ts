import type { Db } from "../db/database";
import type { Keyed, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperReader } from "./paper-reader";

/** One page of the papers that match a condition. */
export function listPapers(papers: PaperReader, condition: Sql, slice: Slice): Promise<Keyed<Paper>[]> {
  const statement = sql`
    select ${papers.columns}, ${slice.keyColumns}
    from papers p
    where ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`;
  return papers.query(statement.planned(condition.planning));
}

/** How many papers match a condition. */
export async function countPapers(db: Db, condition: Sql): Promise<number> {
  const statement = sql`select count(*)::int as count from papers p where ${condition}`;
  const [row] = await db.query<{ count: number }>(statement.long.planned(condition.planning));
  return row!.count;
}
