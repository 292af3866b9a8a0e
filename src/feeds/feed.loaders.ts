import DataLoader from "dataloader";
import type { Db } from "../db/database";
import { countLoader, listLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import type { PaperSources } from "../papers/paper-reader";
import { FeedOrder } from "./feed-order.type";
import type { FeedPeriod, Span } from "./period";

/** A paper with its place in one feed. */
export interface RankedPaper extends Paper {
  rank: number;
  feedDay: string;
  upvotesInPeriod: number;
}

/** What is known of a period besides its papers. */
interface FeedFacts {
  isFinal: boolean;
  updatedAt: Date | null;
  previousDay: string | null;
  nextDay: string | null;
}

type Filter = PaperFilter | null;

/** Which papers, and in which ranking: null for the latest. */
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

const spans = (feeds: readonly Span[]): Sql => {
  const column = (name: "period" | "startDate" | "endDate") => feeds.map((feed) => feed[name]);
  return sql`
    unnest(${column("period")}::text[], ${column("startDate")}::date[], ${column("endDate")}::date[])
      with ordinality as k (period, start_day, end_day, parent)`;
};

const latestRanking = sql`(
  select max(l.id) from feed_rankings l where l.period = k.period and l.start_date = k.start_day
)`;

/** No ranking is made of an empty period; one that an import has just filled gets its final one when that has ended. */
const isClosedAndEmpty = sql`(
  now() >= (k.end_day + 2)::timestamp at time zone 'UTC'
    and not exists (select from feed_days d where d.day between k.start_day and k.end_day)
)`;

export const feedLoaders = {
  feedPapers: ({ papers }: PaperSources, name: string) =>
    listLoader<Span, FeedPage, RankedPaper>(
      name,
      papers,
      (feeds, { filter, rankingId }, slice) => sql`
      select k.parent::int as parent, listed.*
      from ${spans(feeds)}
      join feed_rankings g on g.period = k.period and g.start_date = k.start_day
        and g.id = coalesce(${rankingId}::int, ${latestRanking})
      cross join lateral (
        select ${papers.columns}, r.rank, r.feed_day as "feedDay", r.upvotes_in_period as "upvotesInPeriod",
          ${slice.keyColumns}
        from feed_ranks r join papers p on p.id = r.paper_id
        where r.ranking_id = g.id and ${matchesFilter(filter)} and ${slice.condition}
        order by ${slice.orderBy}
        limit ${slice.limit}
      ) listed
      order by k.parent, ${slice.outerOrderBy}`,
      // All papers of the feed are sorted, or looked at.
      ({ filter, order }) => !!filter || order !== FeedOrder.RANK,
    ),
  feedPaperCount: ({ db }: PaperSources, name: string) =>
    countLoader<Span, FeedPapers>(
      name,
      db,
      (feeds, { filter, rankingId }) => sql`
      select k.parent::int as parent, count(*)::int as count
      from ${spans(feeds)}
      join feed_ranks r on r.ranking_id = coalesce(${rankingId}::int, ${latestRanking})
      join papers p on p.id = r.paper_id
      where ${matchesFilter(filter)}
      group by k.parent`,
    ),
  feedFacts: ({ db }: PaperSources) =>
    new DataLoader<Span, FeedFacts, string>(
      (feeds) =>
        db.read(sql`
        select coalesce(g.is_final, ${isClosedAndEmpty}) as "isFinal", g.made_at as "updatedAt",
          (select max(d.day) from feed_days d where d.day < k.start_day) as "previousDay",
          (select min(d.day) from feed_days d where d.day > k.end_day) as "nextDay"
        from ${spans(feeds)}
        left join feed_rankings g on g.id = ${latestRanking}
        order by k.parent`),
      { cacheKeyFn: (feed) => feed.period + feed.key },
    ),
  standings: ({ db }: PaperSources) =>
    new DataLoader<number, Standing[]>(async (paperIds) => {
      const rows = await db.read<Standing & { paperId: number }>(
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

/** Whether a ranking is still kept. */
export async function rankingExists(db: Db, rankingId: number): Promise<boolean> {
  return (await db.read(sql`select from feed_rankings r where r.id = ${rankingId}::int`)).length > 0;
}
