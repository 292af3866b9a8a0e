import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { rankingExists } from "../feeds/feed.loaders";
import { type FeedPeriod, spanOf } from "../feeds/period";
import { encodeNodeId } from "../nodes/node-id";
import type { FeedChangedEvent } from "./event.types";

/** A ranking that replaced another one, or got more papers, as stored in `FeedChange`, with its feed. */
export interface FeedNews {
  /** In the order of the changes. */
  id: number;
  period: FeedPeriod;
  startDate: string;
  isFinal: boolean;
  rankingId: number;
  previousId: number | null;
  changedAt: Date;
}

/** The changes after one change, up to and including another, in order. */
export function readFeedNews(db: Db, after: number, upTo: number): Promise<FeedNews[]> {
  return db.query(sql`
    select c.id::float8 as id, g.period, g.start_date as "startDate", g.is_final as "isFinal", c.ranking_id as "rankingId",
      c.previous_id as "previousId", c.changed_at as "changedAt"
    from feed_changes c join feed_rankings g on g.id = c.ranking_id
    where c.id > ${after}::bigint and c.id <= ${upTo}::bigint
    order by c.id`);
}

/**
 * The changes of one feed's ranks from the first ranking to the last, as one event; null when no rank changed, or when a
 * final feed is new here: importing the past changes no feed that anyone has read.
 */
export async function readFeedChanged(db: Db, first: FeedNews, last: FeedNews): Promise<FeedChangedEvent | null> {
  const { rankingId, period, startDate, changedAt } = last;
  if (last.isFinal && first.previousId === null) return null;
  const moves = await db.query<{ paperId: number; from: number | null; to: number | null }>(sql`
    select coalesce(n.paper_id, o.paper_id) as "paperId", o.rank as "from", n.rank as "to"
    from (select paper_id, rank from feed_ranks where ranking_id = ${rankingId}::int) n
    full join (select paper_id, rank from feed_ranks where ranking_id = ${first.previousId}::int) o using (paper_id)
    where n.rank is distinct from o.rank
    order by n.rank, o.rank`);
  if (moves.length === 0) return null;
  const isBeforeKnown = first.previousId === null || (await rankingExists(db, first.previousId));
  const moved = moves.map(({ paperId, from, to }) => ({ paperId: encodeNodeId("Paper", paperId), from, to }));
  return { feed: spanOf(period, startDate), moved: isBeforeKnown ? moved : [], at: changedAt };
}
