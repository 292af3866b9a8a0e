import { type Sql, sql } from "../db/sql";

/** Statement that records a change of papers; `papers` is a query of their ids. Run it in the transaction of the change. */
export function recordChange(papers: Sql, { upvotesChanged }: { upvotesChanged: boolean }): Sql {
  return sql`insert into paper_touches (paper_id, upvotes_changed) select recorded.id, ${upvotesChanged}::boolean from (${papers}) recorded (id)`;
}
