import type { Db } from "../db/database";
import type { Keyed, Order, PagePosition, Slice } from "../db/keyset";
import { type Sql, sql } from "../db/sql";
import { badUserInput } from "../graphql/errors";
import { encodeCursor } from "../paging/cursor";
import type { Paper } from "../papers/paper.entity";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { PaperReader } from "../papers/paper-reader";

/** The sequencer's order of changes, in one history. */
export const oldestChange: Order = {
  name: "CHANGED_AT",
  keys: [
    { column: sql`c.changed_at`, kind: "instant" },
    { column: sql`c.paper_id`, kind: "int" },
    { column: sql``, kind: "mark" },
  ],
  direction: "asc",
};

/** What the cursors of `paperChanges` are bound to. */
export function changesBinding(since: Date | null, filter: PaperFilter | null): string {
  return JSON.stringify(["paperChanges", since, filter]);
}

/** The cursor of a change in `paperChanges` without `since` and `filter`. */
export function changeCursor(history: string, changedAt: Date, paperId: number): string {
  return encodeCursor(changesBinding(null, null), [changedAt.toISOString(), paperId, history]);
}

/** One page of papers by their latest change, in this history. */
export async function listChanges(
  papers: PaperReader,
  history: string,
  since: Date | null,
  condition: Sql,
  slice: Slice,
): Promise<Keyed<Paper>[]> {
  const statement = sql`
    select ${papers.columns}, ${slice.keyColumns}
    from paper_changes c join papers p on p.id = c.paper_id
    where ${isSince(since)} and ${condition} and ${slice.condition}
    order by ${slice.orderBy}
    limit ${slice.limit}`;
  const rows = await papers.query<Keyed<Paper>>(statement.planned(condition.planning));
  return rows.map((row) => Object.assign(row, { key2: history }));
}

/** Refuses a cursor of another history with BAD_USER_INPUT: data that was read there may be undone here, without a change. */
export function requireHistory({ from }: PagePosition, history: string): void {
  if (!from || from[2] === history) return;
  throw badUserInput(
    "after",
    "This cursor is from before the database was restored, or replaced by a replica: data that you have read may be undone. " +
      "Read paperChanges again from the start, without after, and replace your data by what it lists.",
  );
}

export async function countChanges(db: Db, since: Date | null, condition: Sql): Promise<number> {
  const statement = sql`
    select count(*)::int as count from paper_changes c join papers p on p.id = c.paper_id
    where ${isSince(since)} and ${condition}`;
  const [row] = await db.query<{ count: number }>(statement.long.planned(condition.planning));
  return row!.count;
}

function isSince(since: Date | null): Sql {
  return since ? sql`c.changed_at >= ${since}::timestamptz` : sql`true`;
}
