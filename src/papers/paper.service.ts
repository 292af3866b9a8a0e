import type { Db } from "../db/database";
import type { Keyed, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "./paper.entity";
import type { PaperReader } from "./paper-reader";

/** One page of the papers that meet a condition. */
export function listPapers(papers: PaperReader, condition: Sql, slice: Slice): Promise<Keyed<Paper>[]> {
  const statement = sql`
    select ${papers.columns}, ${slice.keyColumns}
    from papers p
    where ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`;
  return papers.read(statement.planned(condition.planning));
}

/** How many papers meet a condition. */
export async function countPapers(db: Db, condition: Sql): Promise<number> {
  const statement = sql`select count(*)::int as count from papers p where ${condition}`;
  const [row] = await db.read<{ count: number }>(statement.long.planned(condition.planning));
  return row!.count;
}

/**
 * One page of papers below each of many parents, by a paper reader's columns. `from` yields papers `p` and whatever ties
 * them to the parent `k.id`, e.g. sql`papers p where p.organization_id = k.id`.
 */
export function papersBelow(columns: Sql, parents: readonly number[], from: Sql, slice: Slice): Sql {
  return sql`
    select k.parent::int as parent, listed.*
    from unnest(${parents}::int[]) with ordinality as k (id, parent)
    cross join lateral (
      select ${columns}, ${slice.keyColumns}
      from ${from} and ${slice.condition}
      order by ${slice.orderBy}
      limit ${slice.limit}
    ) listed
    order by k.parent, ${slice.outerOrderBy}`;
}
