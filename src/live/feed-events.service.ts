import type { Db } from "../db/database";
import { type Keyed, keysOf, Slice } from "../db/keyset";
import { join, sql } from "../db/sql";
import { type RankedPaper, rankingExists } from "../feeds/feed.loaders";
import { feedOrders, feedPapersBinding } from "../feeds/feed.order";
import { FeedPaperEdge } from "../feeds/feed-connection.type";
import { FeedOrder } from "../feeds/feed-order.type";
import { type FeedPeriod, spanOf } from "../feeds/period";
import { encodeNodeId } from "../nodes/node-id";
import { encodeCursor } from "../paging/cursor";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { paperColumns } from "../papers/paper-reader";
import type { FeedChangedEvent } from "./event.types";

/** What a ranking changed, as `FeedChange` keeps it, with its feed. */
export interface FeedNews {
  /** In the order of the changes. */
  id: number;
  period: FeedPeriod;
  startDate: string;
  isFinal: boolean;
  rankingId: number;
  previousId: number | null;
  entered: number[];
  changedAt: Date;
}

/** What changed after one change and up to another, in order. */
export function readFeedNews(db: Db, after: number, upTo: number): Promise<FeedNews[]> {
  return db.read(sql`
    select c.id::float8 as id, g.period, g.start_date as "startDate", g.is_final as "isFinal", c.ranking_id as "rankingId",
      c.previous_id as "previousId", c.entered, c.changed_at as "changedAt"
    from feed_changes c join feed_rankings g on g.id = c.ranking_id
    where c.id > ${after}::bigint and c.id <= ${upTo}::bigint
    order by c.id`);
}

// For the keys only: an event has one row, and no page.
const byRank = new Slice(feedOrders.RANK, { limit: 0, backward: false, from: null });

/** The papers that entered feeds, each with its place: by feed as given, then by rank. */
export async function readEntered(db: Db, news: readonly FeedNews[]): Promise<FeedPaperEdge[]> {
  const rankingIds = news.flatMap(({ rankingId, entered }) => entered.map(() => rankingId));
  const papers = await db.read<Keyed<RankedPaper> & { rankingId: number }>(sql`
    select ${paperColumns}, r.rank, r.feed_day as "feedDay", r.upvotes_in_period as "upvotesInPeriod", ${byRank.keyColumns},
      r.ranking_id as "rankingId"
    from unnest(${rankingIds}::int[], ${news.flatMap(({ entered }) => entered)}::int[]) e (ranking_id, paper_id)
    join feed_ranks r using (ranking_id, paper_id)
    join papers p on p.id = r.paper_id
    order by r.rank`);
  return news.flatMap((each) => {
    const binding = feedPapersBinding(spanOf(each.period, each.startDate), FeedOrder.RANK, null);
    const list = { cursor: (row: Keyed<object>) => encodeCursor(binding, keysOf(feedOrders.RANK, row)) };
    const entered = papers.filter(({ rankingId }) => rankingId === each.rankingId);
    return entered.map((row) => new FeedPaperEdge(list, row, row));
  });
}

/** For each of the filters, which of the papers it keeps: all are matched by one statement. */
export async function matchFilters(
  db: Db,
  paperIds: readonly number[],
  filters: readonly PaperFilter[],
): Promise<Set<number>[]> {
  const conditions = filters.map((filter) => sql`coalesce(${matchesFilter(filter)}, false)`);
  const papers = await db.read<{ id: number; matches: boolean[] }>(
    sql`select p.id, array[${join(conditions, ", ")}] as matches from papers p where p.id = any(${paperIds}::int[])`.long.planned(
      "anew",
    ),
  );
  return filters.map((_, i) => new Set(papers.filter(({ matches }) => matches[i]).map(({ id }) => id)));
}

/**
 * What rankings of one feed changed, from the first to the last, as one event; null when no rank did, or when the feed was
 * never open here: an import of the past is no news of an open feed.
 */
export async function readFeedChanged(db: Db, first: FeedNews, last: FeedNews): Promise<FeedChangedEvent | null> {
  const { rankingId, period, startDate, changedAt } = last;
  if (last.isFinal && first.previousId === null) return null;
  const moves = await db.read<{ paperId: number; from: number | null; to: number | null }>(sql`
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
