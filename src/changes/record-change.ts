import { type Sql, sql } from "../db/sql";

/**
 * Statement that records a change of papers; `papers` is a query of their ids, and of what `upvotesChanged` names if that
 * differs. Run it in the transaction of the change, once.
 */
export function recordChange(papers: Sql, { upvotesChanged }: { upvotesChanged: boolean | Sql }): Sql {
  return sql`insert into paper_touches (paper_id, upvotes_changed) select recorded.id, ${upvotesChanged}::boolean from (${papers}) recorded (id)`;
}
