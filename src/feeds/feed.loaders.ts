import DataLoader from "dataloader";
import type { Db } from "../db/database";
import { countLoader, LongLoader, listLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperSources } from "../papers/paper-reader";
import type { ResolvedFilter } from "../papers/resolved-filter";
import { FeedOrder } from "./feed-order.type";
import type { FeedPeriod, Span } from "./period";

/** A paper with its place in one feed. */
export interface RankedPaper extends Paper {
  rank: number;
  feedDay: string;
  upvotesInPeriod: number;
}

/** Facts about a feed besides its papers. */
interface FeedFacts {
  isFinal: boolean;
  updatedAt: Date | null;
  revisedAt: Date | null;
  previousDay: string | null;
  nextDay: string | null;
}

type Filter = ResolvedFilter | null;

/** A filter of papers, and the ranking to read: null for the latest. */
interface FeedPapers {
  filter: Filter;
  rankingId: number | null;
}

interface FeedPage extends FeedPapers {
  order: FeedOrder;
}

/** A paper's place in one feed. */
interface Standing {
  period: FeedPeriod;
  startDate: string;
  rank: number;
  upvotesInPeriod: number;
}

/** The periods that are asked for, as rows `feed`. */
export const spans = (feeds: readonly Span[]): Sql => {
  const column = (name: "period" | "startDate" | "endDate") => feeds.map((feed) => feed[name]);
  return sql`
    unnest(${column("period")}::text[], ${column("startDate")}::date[], ${column("endDate")}::date[])
      with ordinality as feed (period, start_day, end_day, parent)`;
};

export const latestRanking = sql`(
  select max(l.id) from feed_rankings l where l.period = feed.period and l.start_date = feed.start_day
)`;

/** An empty period has no ranking, or one without papers, which all left it; one that an import is filling gets its final one when the import has ended. */
const isClosedAndEmpty = sql`(
  now() >= (feed.end_day + 2)::timestamp at time zone 'UTC'
    and not exists (select from feed_days d where d.day between feed.start_day and feed.end_day)
)`;

export const feedLoaders = {
  feedPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<Span, FeedPage, RankedPaper>(
      name,
      papers,
      (feeds, { filter, rankingId }, slice) => sql`
      select feed.parent::int as parent, listed.*
      from ${spans(feeds)}
      join feed_rankings g on g.period = feed.period and g.start_date = feed.start_day
        and g.id = coalesce(${rankingId}::int, ${latestRanking})
      cross join lateral (
        select ${papers.columns}, r.rank, r.feed_day as "feedDay", r.upvotes_in_period as "upvotesInPeriod",
          ${slice.keyColumns}
        from feed_ranks r join papers p on p.id = r.paper_id
        where r.ranking_id = g.id and ${matchesFilter(filter)} and ${slice.condition}
        order by ${slice.orderBy}
        limit ${slice.limit}
      ) listed
      order by feed.parent, ${slice.outerOrderBy}`,
      // These sort or scan all papers of the feed.
      ({ filter, order }) => !!filter || order !== FeedOrder.RANK,
    ),
  feedPaperCount: ({ db }: PaperSources, name: string) =>
    countLoader<Span, FeedPapers>(
      name,
      db,
      (feeds, { filter, rankingId }) => sql`
      select feed.parent::int as parent, count(*)::int as count
      from ${spans(feeds)}
      join feed_ranks r on r.ranking_id = coalesce(${rankingId}::int, ${latestRanking})
      join papers p on p.id = r.paper_id
      where ${matchesFilter(filter)}
      group by feed.parent`,
    ),
  feedFacts: ({ db }: PaperSources) =>
    new DataLoader<Span, FeedFacts, string>(
      (feeds) =>
        db.query(sql`
        select coalesce(g.is_final, false) or ${isClosedAndEmpty} as "isFinal", g.made_at as "updatedAt",
          g.revised_at as "revisedAt",
          (select max(d.day) from feed_days d where d.day < feed.start_day) as "previousDay",
          (select min(d.day) from feed_days d where d.day > feed.end_day) as "nextDay"
        from ${spans(feeds)}
        left join feed_rankings g on g.id = ${latestRanking}
        order by feed.parent`),
      { cacheKeyFn: (feed) => feed.period + feed.key },
    ),
  standings: ({ db }: PaperSources) =>
    new LongLoader<number, Standing[]>(async (paperIds) => {
      const rows = await db.query<Standing & { paperId: number }>(
        sql`
      select r.paper_id as "paperId", g.period, g.start_date as "startDate", r.rank,
        r.upvotes_in_period as "upvotesInPeriod"
      from feed_ranks r join feed_rankings g on g.id = r.ranking_id
      where r.paper_id = any(${paperIds}::int[]) and g.id = (
        select max(l.id) from feed_rankings l where l.period = g.period and l.start_date = g.start_date
      )
      order by g.start_date desc, array_position(array['DAY', 'WEEK', 'MONTH'], g.period)`.long,
      );
      return paperIds.map((id) => rows.filter((row) => row.paperId === id));
    }),
};

/** Whether a ranking still exists. */
export async function rankingExists(db: Db, rankingId: number): Promise<boolean> {
  return (await db.query(sql`select from feed_rankings r where r.id = ${rankingId}::int`)).length > 0;
}
