import { type Sql, sql } from "../db/sql";

/** A statement that notes that papers have changed; `papers` is a query of their ids. To be run with the change itself. */
export function touch(papers: Sql, { upvotesChanged }: { upvotesChanged: boolean }): Sql {
  return sql`insert into paper_touches (paper_id, upvotes_changed) select touched.id, ${upvotesChanged}::boolean from (${papers}) touched (id)`;
}
