import type { Db } from "../../db/database";
import { sql } from "../../db/sql";
import { FeedPeriod, spanOf } from "../../feeds/period";
import { nearAmong } from "../../meaning/near-among";
import { matchesStoredFilter } from "../../papers/paper-filter";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { resolveFilter } from "../../papers/resolve-filter";
import { WebhookEvent } from "../webhook.types";
import { type PaperRow, paperData } from "./paper-events";

/** Papers among which examples are looked for, the newest. */
const AMONG = 200;

interface Wanted {
  feedPeriods: readonly string[];
  filter: PaperFilter;
}

/** `data` of an event as it may happen: of the newest papers, of which the filter keeps some if it can; null without papers. */
export async function exampleOf(db: Db, type: WebhookEvent, wanted: Wanted, now: Date): Promise<object | null> {
  const newest = sql`select id from papers order by id desc limit ${AMONG}::int`;
  const filter = await resolveFilter(wanted.filter, (near) => nearAmong(db, near, newest));
  const rows = await db.query<PaperRow & { featuredOn: string | null }>(sql`
    select p.id as "paperId", p.arxiv_id as "arxivId", p.title, p.url, p.pdf_url as "pdfUrl", p.code_url as "codeUrl",
      p.featured_on as "featuredOn"
    from (select * from papers order by id desc limit ${AMONG}::int) p
    order by coalesce(${matchesStoredFilter(filter)}, false) desc, p.id desc limit 5`);
  const [first] = rows;
  if (!first) return null;
  const day = first.featuredOn ?? now.toISOString().slice(0, 10);
  const feedOf = (name: string) => {
    const { id, period, key } = spanOf(name as FeedPeriod, day);
    return { id, period, key };
  };
  if (type === WebhookEvent.FEED_FINAL) {
    const papers = rows.map((row, i) => ({ rank: i + 1, ...paperData(row) }));
    return { feed: feedOf(wanted.feedPeriods[0]!), papers, totalCount: papers.length, changesAfter: null };
  }
  const more = {
    [WebhookEvent.PAPER_FEATURED]: { feed: feedOf(FeedPeriod.DAY), rank: 1 },
    [WebhookEvent.PAPER_TRENDING]: { windows: ["DAY", "WEEK"] },
    [WebhookEvent.PAPER_CHANGED]: {},
    [WebhookEvent.PAPER_WITHDRAWN]: { withdrawnAt: now },
  };
  return { paper: paperData(first), ...more[type], changesAfter: null };
}
