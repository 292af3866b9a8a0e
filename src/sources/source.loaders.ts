import DataLoader from "dataloader";
import { sql } from "../db/sql";
import type { Span } from "../feeds/period";
import type { PaperSources } from "../papers/paper-reader";

/** What was read of a feed's days at their source. */
interface FeedReading {
  sourceReadAt: Date | null;
  isComplete: boolean;
}

export const sourceLoaders = {
  feedReadings: ({ db }: PaperSources) =>
    new DataLoader<Span, FeedReading, string>(
      (feeds) => {
        const column = (name: "startDate" | "endDate") => feeds.map((feed) => feed[name]);
        return db.query(sql`
        select read.at as "sourceReadAt", read.completed = feed.end_day - feed.start_day + 1 as "isComplete"
        from unnest(${column("startDate")}::date[], ${column("endDate")}::date[])
          with ordinality as feed (start_day, end_day, n)
        cross join lateral (
          select max(t.last_success_at) as at, count(t.completed_at) as completed
          from source_tasks t
          where t.source = 'huggingface' and t.kind = 'day'
            and t.key between feed.start_day::text and feed.end_day::text
        ) read
        order by feed.n`);
      },
      { cacheKeyFn: (feed) => feed.period + feed.key },
    ),
};
