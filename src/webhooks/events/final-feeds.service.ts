import { changeCursor } from "../../changes/paper-changes.service";
import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { type FeedPeriod, type Span, spanOf } from "../../feeds/period";
import { matchFilters } from "../../papers/match-filters";
import { WebhookEvent } from "../webhook.types";
import { MAX_AGE_DAYS, type Position } from "./changed-papers";
import { messageIdOf, type PaperData, paperData } from "./paper-events";
import type { PlanDeps } from "./plan-deps";
import { ANY, disableByFilter, queueDeliveries, readWanted, variantOf, type Wanted } from "./receivers.service";

/** Papers that an event names, the best ranked. */
const TOP = 5;

const LONGEST_PERIOD_DAYS = 31;

interface FinalFeed {
  rankingId: number;
  period: FeedPeriod;
  startDate: string;
  madeAt: Date;
}

interface RankedRow {
  paperId: number;
  arxivId: string | null;
  title: string;
  url: string | null;
  pdfUrl: string | null;
  codeUrl: string | null;
  rank: number;
}

/** What FEED_FINAL says of a feed through one filter. */
interface FeedData {
  feed: Pick<Span, "id" | "period" | "key">;
  papers: (PaperData & { rank: number })[];
  /** Papers of the feed that the filter keeps. */
  totalCount: number;
  changesAfter: string | null;
}

/** Queues each feed that has become final, once, for the webhooks whose filter keeps a paper of it. Idempotent. */
export async function planFinalFeeds(deps: PlanDeps, now: Date): Promise<void> {
  for (const feed of await readNewFinal(deps.watch, now)) await planFeed(deps, feed, now);
}

const keyOf = ({ period, startDate }: FinalFeed) => `feed.final ${period} ${startDate}`;

/** A week closes a day after its end, like a month: those that closed earlier were imported late, and are no news. */
function readNewFinal(db: Db, now: Date): Promise<FinalFeed[]> {
  return db.query(sql`
    select g.id as "rankingId", g.period, g.start_date as "startDate", g.made_at as "madeAt"
    from feed_rankings g
    where g.is_final and exists (select from feed_ranks r where r.ranking_id = g.id)
      and g.start_date > (${now}::timestamptz at time zone 'UTC')::date - ${MAX_AGE_DAYS + LONGEST_PERIOD_DAYS}::int
      and case g.period when 'DAY' then g.start_date when 'WEEK' then g.start_date + 6
        else (g.start_date + interval '1 month - 1 day')::date
      end > (${now}::timestamptz at time zone 'UTC')::date - ${MAX_AGE_DAYS}::int
      and not exists (
        select from webhook_events e where e.key = 'feed.final ' || g.period || ' ' || g.start_date and e.variant = ''
      )
    order by g.made_at, g.start_date, g.id`);
}

async function planFeed(deps: PlanDeps, feed: FinalFeed, now: Date): Promise<void> {
  const { watch, db } = deps;
  const wanted = (await readWanted(watch)).filter(isOf(feed));
  const papers = await readPapers(watch, feed);
  const cursor = await latestCursor(deps);
  const dataOf = await matchPapers(deps, papers, wanted, now);
  await db.bulk(async (tx) => {
    // One process at a time, so that the event of a feed is made once, whatever its filters.
    await tx.query(sql`select from webhook_positions s where s.log = 'paper_changes' for update`);
    if (JSON.stringify((await readWanted(tx)).filter(isOf(feed))) !== JSON.stringify(wanted)) return;
    const filters = new Set([ANY, ...wanted.map(({ filter }) => filter)]);
    for (const filter of filters) {
      const isWanted = wanted.some((each) => each.filter === filter);
      const kept = isWanted ? dataOf(filter) : null;
      await storeFeed(tx, feed, filter, kept && { ...kept, changesAfter: cursor }, now);
    }
  });
}

const isOf =
  ({ period }: FinalFeed) =>
  (wanted: Wanted) =>
    wanted.event === WebhookEvent.FEED_FINAL && wanted.period === period;

function readPapers(db: Db, { rankingId }: FinalFeed): Promise<RankedRow[]> {
  return db.query(sql`
    select p.id as "paperId", p.arxiv_id as "arxivId", p.title, p.url, p.pdf_url as "pdfUrl", p.code_url as "codeUrl", r.rank
    from feed_ranks r join papers p on p.id = r.paper_id
    where r.ranking_id = ${rankingId}::int and p.withdrawn_at is null
    order by r.rank`);
}

/** Where the log ends at this moment; null while it is empty. */
async function latestCursor({ watch, history }: PlanDeps): Promise<string | null> {
  const [last] = await watch.query<Position>(sql`
    select c.changed_at as "changedAt", c.paper_id as "paperId" from paper_changes c
    order by c.changed_at desc, c.paper_id desc limit 1`);
  return last ? changeCursor(await history.read(), last.changedAt, last.paperId) : null;
}

type DataOf = (filter: string) => Omit<FeedData, "feed" | "changesAfter"> | null;

async function matchPapers(
  { watch, db, log }: PlanDeps,
  papers: readonly RankedRow[],
  wanted: readonly Wanted[],
  now: Date,
): Promise<DataOf> {
  const filters = wanted.map(({ filter }) => filter).filter((filter) => filter !== ANY);
  const ids = papers.map(({ paperId }) => paperId);
  const broken: string[] = [];
  const found = await matchFilters(watch, ids, filters, (filter, err) => {
    log.error({ err, filter }, "a webhook's stored filter does not work");
    broken.push(filter);
  });
  for (const filter of broken) await db.transaction((tx) => disableByFilter(tx, filter, now));
  return (filter) => {
    const kept = filter === ANY ? papers : papers.filter(({ paperId }) => found.get(filter)?.has(paperId));
    if (kept.length === 0) return null;
    const top = kept.slice(0, TOP).map((row) => ({ rank: row.rank, ...paperData(row) }));
    return { papers: top, totalCount: kept.length };
  };
}

async function storeFeed(
  tx: Transaction,
  feed: FinalFeed,
  filter: string,
  kept: Omit<FeedData, "feed"> | null,
  now: Date,
): Promise<void> {
  const variant = variantOf(filter);
  const key = keyOf(feed);
  const { id, period, key: feedKey } = spanOf(feed.period, feed.startDate);
  const data = kept ? JSON.stringify({ feed: { id, period, key: feedKey }, ...kept }) : "";
  const [stored] = await tx.query<{ id: number }>(sql`
    insert into webhook_events (key, variant, type, message_id, occurred_at, data)
    values (${key}, ${variant}, 'FEED_FINAL', ${messageIdOf(key, variant, null)}, ${feed.madeAt}::timestamptz, ${data})
    on conflict (key, variant) do nothing returning id`);
  if (!stored || !kept) return;
  const audience = { eventId: stored.id, type: WebhookEvent.FEED_FINAL, period, occurredAt: feed.madeAt };
  await queueDeliveries(tx, { ...audience, filters: [filter] }, now);
}
