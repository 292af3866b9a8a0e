import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { encodeNodeId } from "../nodes/node-id";
import type { Paper } from "../papers/paper.entity";
import { paperColumns } from "../papers/paper-reader";
import type { PaperUpvotesEvent } from "./event.types";

/** Changes sequenced after one time, up to and including another. */
export interface Interval {
  after: Date;
  upTo: Date;
}

/** The papers among `paperIds` whose upvotes changed in the interval, as they are now. */
export async function readUpvoteEvents(
  db: Db,
  { after, upTo }: Interval,
  paperIds: readonly number[],
): Promise<PaperUpvotesEvent[]> {
  const papers = await db.query<Paper & { changedAt: Date }>(sql`
    select ${paperColumns}, c.upvotes_changed_at as "changedAt"
    from paper_changes c join papers p on p.id = c.paper_id
    where c.changed_at > ${after}::timestamptz
      and c.upvotes_changed_at > ${after}::timestamptz and c.upvotes_changed_at <= ${upTo}::timestamptz
      and c.paper_id = any(${paperIds}::int[])
    order by c.upvotes_changed_at, c.paper_id`);
  return papers.map(({ changedAt, ...paper }) => ({
    paperId: encodeNodeId("Paper", paper.rowId),
    upvoteCount: paper.upvoteCount,
    at: changedAt,
    paper,
  }));
}
