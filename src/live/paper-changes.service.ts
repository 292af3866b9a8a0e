import type { Db } from "../db/database";
import type { Keyed, Order, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import type { PaperReader } from "../papers/paper-reader";

/** The order in which changes became visible. */
export const oldestChange: Order = {
  name: "CHANGED_AT",
  keys: [
    { column: sql`c.changed_at`, kind: "instant" },
    { column: sql`c.paper_id`, kind: "int" },
  ],
  direction: "asc",
};

/** One page of papers by their latest change. */
export function listChanges(
  papers: PaperReader,
  since: Date | null,
  condition: Sql,
  slice: Slice,
): Promise<Keyed<Paper>[]> {
  return papers.read(sql`
    select ${papers.columns}, ${slice.keyColumns}
    from paper_changes c join papers p on p.id = c.paper_id
    where ${isSince(since)} and ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`);
}

export async function countChanges(db: Db, since: Date | null, condition: Sql): Promise<number> {
  const [row] = await db.read<{ count: number }>(
    sql`
    select count(*)::int as count from paper_changes c join papers p on p.id = c.paper_id
    where ${isSince(since)} and ${condition}`.long,
  );
  return row!.count;
}

function isSince(since: Date | null): Sql {
  return since ? sql`c.changed_at >= ${since}::timestamptz` : sql`true`;
}
