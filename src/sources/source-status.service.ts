import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { SourceKind } from "./source-kind";

/** Notes what became of the reading of some tasks of a source. */
export async function noteReading(
  db: WritableDb,
  source: SourceKind,
  { readAt, papers, error }: { readAt: Date | null; papers: number; error: string | null },
): Promise<void> {
  await db.write(sql`
    update source_budgets b set papers_read = b.papers_read + ${papers}::int, last_error = ${error},
      last_success_at = greatest(b.last_success_at, ${readAt}::timestamptz)
    where b.source = ${source}`);
}
