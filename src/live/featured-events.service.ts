import type { Db } from "../db/database";
import { type Keyed, keysOf, Slice } from "../db/keyset";
import { sql } from "../db/sql";
import type { RankedPaper } from "../feeds/feed.loaders";
import { FeedPaperEdge } from "../feeds/feed-connection.type";
import { feedOrders, feedPapersBinding } from "../feeds/feed-cursor-order";
import { FeedOrder } from "../feeds/feed-order.type";
import { FeedPeriod, spanOf } from "../feeds/period";
import { awaitsVector } from "../meaning/serving-model";
import { encodeCursor } from "../paging/cursor";
import type { PaperAudience } from "../papers/paper-audience";
import { paperColumns } from "../papers/paper-reader";

/** What a ranking of a day tells of papers. */
export interface DayNews {
  /** In the order of the changes. */
  id: number;
  startDate: string;
  rankingId: number;
  /** The papers that are new in the feed. */
  entered: number[];
  /** Those that awaited their categories in the ranking before, and no longer do. */
  categorized: number[];
}

/**
 * A paper to tell listeners of. While it awaits its categories, those who asked for categories are left out, even if these
 * have become known since: they are told when a ranking has found that out. While it awaits its vector, so are those who asked for
 * what is near to papers.
 */
export interface FeaturedPaper {
  edge: FeedPaperEdge;
  audience: PaperAudience;
}

/** What the changes of days after one change, up to and including another, tell of papers, in order. */
export async function readDayNews(db: Db, after: number, upTo: number): Promise<DayNews[]> {
  const news = await db.query<DayNews>(sql`
    select c.id::float8 as id, g.start_date as "startDate", c.ranking_id as "rankingId", c.entered, array(
      select n.paper_id
      from feed_ranks o join feed_ranks n on n.ranking_id = c.ranking_id and n.paper_id = o.paper_id
      where o.ranking_id = c.previous_id and o.awaits_categories and not n.awaits_categories
    ) as categorized
    from feed_changes c join feed_rankings g on g.id = c.ranking_id
    where c.id > ${after}::bigint and c.id <= ${upTo}::bigint and g.period = ${FeedPeriod.DAY}
    order by c.id`);
  return news.filter((each) => papersOf(each).length > 0);
}

/** All papers that news tell of. */
export const papersOf = ({ entered, categorized }: DayNews): number[] => [...entered, ...categorized];

// For its keys only: an event has a single row, not a page.
const byRank = new Slice(feedOrders.RANK, { limit: 0, backward: false, from: null });

type Row = Keyed<RankedPaper> & { rankingId: number; awaitsCategories: boolean; awaitsVector: boolean };

/** The papers that news tell of, each with its rank: ordered by feed as given, then by rank. */
export async function readFeatured(db: Db, news: readonly DayNews[]): Promise<FeaturedPaper[]> {
  const rankingIds = news.flatMap((each) => papersOf(each).map(() => each.rankingId));
  const papers = await db.query<Row>(sql`
    select ${paperColumns}, r.rank, r.feed_day as "feedDay", r.upvotes_in_period as "upvotesInPeriod", ${byRank.keyColumns},
      r.ranking_id as "rankingId", r.awaits_categories as "awaitsCategories", ${awaitsVector(sql`p.id`)} as "awaitsVector"
    from unnest(${rankingIds}::int[], ${news.flatMap(papersOf)}::int[]) e (ranking_id, paper_id)
    join feed_ranks r using (ranking_id, paper_id)
    join papers p on p.id = r.paper_id
    order by r.rank`);
  return news.flatMap((each) => {
    const { startDate, rankingId, categorized } = each;
    const ids = new Set(papersOf(each));
    const binding = feedPapersBinding(spanOf(FeedPeriod.DAY, startDate), FeedOrder.RANK, null);
    const list = { cursor: (row: Keyed<object>) => encodeCursor(binding, keysOf(feedOrders.RANK, row)) };
    const known = new Set(categorized);
    const audienceOf = ({ rowId, awaitsCategories, awaitsVector }: Row): PaperAudience => ({
      unknown: [...(awaitsCategories ? ["categories" as const] : []), ...(awaitsVector ? ["near" as const] : [])],
      learned: known.has(rowId) ? ["categories"] : null,
    });
    const own = papers.filter((row) => row.rankingId === rankingId && ids.has(row.rowId));
    return own.map((row) => ({ edge: new FeedPaperEdge(list, row, row), audience: audienceOf(row) }));
  });
}
