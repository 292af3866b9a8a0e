import DataLoader from "dataloader";
import type { Db } from "../db/database";
import { countLoader, listLoader } from "../db/loaders";
import { type Sql, sql } from "../db/sql";
import type { Paper } from "../papers/paper.entity";
import { paperColumns } from "../papers/paper.service";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { rankedEntries } from "./feed.ranking";
import type { Span } from "./period";

/** A paper with its place in one feed. */
export interface RankedPaper extends Paper {
  rank: number;
  feedDay: string;
  upvotesInPeriod: number;
}

/** What is known of a period besides its papers. */
interface FeedFacts {
  updatedAt: Date | null;
  previousDay: string | null;
  nextDay: string | null;
}

type Filter = PaperFilter | null;

const spans = (feeds: readonly Span[]): Sql => sql`
  unnest(${feeds.map((feed) => feed.startDate)}::date[], ${feeds.map((feed) => feed.endDate)}::date[])
    with ordinality as k (start_day, end_day, parent)`;

export const feedLoaders = (db: Db) => ({
  feedPapers: listLoader<Span, Filter, RankedPaper>(
    db,
    (feeds, filter, slice) => sql`
      select k.parent::int as parent, listed.*
      from ${spans(feeds)}
      cross join lateral (
        select ${paperColumns}, r.rank, r.feed_day as "feedDay", r.upvotes_in_period as "upvotesInPeriod",
          ${slice.keyColumns}
        from ${rankedEntries} r join papers p on p.id = r.paper_id
        where ${matchesFilter(filter)} and ${slice.condition}
        order by ${slice.orderBy}
        limit ${slice.limit}
      ) listed
      order by k.parent, ${slice.outerOrderBy}`,
  ),
  feedPaperCount: countLoader<Span, Filter>(
    db,
    (feeds, filter) => sql`
      select k.parent::int as parent, count(distinct p.id)::int as count
      from ${spans(feeds)}
      join feed_entries f on f.day between k.start_day and k.end_day
      join papers p on p.id = f.paper_id
      where ${matchesFilter(filter)}
      group by k.parent`,
  ),
  feedFacts: new DataLoader<Span, FeedFacts, string>(
    (feeds) =>
      db.read(sql`
        select
          (select max(d.updated_at) from feed_days d where d.day between k.start_day and k.end_day) as "updatedAt",
          (select max(d.day) from feed_days d where d.day < k.start_day) as "previousDay",
          (select min(d.day) from feed_days d where d.day > k.end_day) as "nextDay"
        from ${spans(feeds)}
        order by k.parent`),
    { cacheKeyFn: (feed) => feed.period + feed.key },
  ),
});
