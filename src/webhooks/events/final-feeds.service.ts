import { changeCursor } from "../../changes/paper-changes.service";
import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { type FeedPeriod, spanOf } from "../../feeds/period";
import { awaitsVector, VECTORS_WAIT_MS } from "../../meaning/serving-model";
import { isTold, type PaperAudience } from "../../papers/paper-audience";
import { WebhookEvent } from "../webhook.types";
import { MAX_AGE_DAYS, type Position } from "./changed-papers";
import { matchWanted } from "./match-wanted";
import { messageIdOf, paperData } from "./paper-events";
import type { PlanDeps } from "./plan-deps";
import { ANY, queueDeliveries, readWanted, variantOf, type Wanted } from "./receivers.service";

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
  /** Whether it is not known yet what it is near to. */
  awaitsVector: boolean;
}

/**
 * Queues each feed that has become final, once, for the webhooks whose filter keeps a paper of it; for those who ask for what is
 * near to papers once all of its papers have their vectors. Idempotent.
 */
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
        select from webhook_events e
        where e.key = 'feed.final ' || g.period || ' ' || g.start_date and e.variant = ''
          and (e.awaits_vector_of is null
            or ${awaitsVector(sql`e.awaits_vector_of`)} and e.occurred_at > ${now}::timestamptz - ${VECTORS_WAIT_MS}::float8 * interval '1 ms')
      )
    order by g.made_at, g.start_date, g.id`);
}

async function planFeed(deps: PlanDeps, feed: FinalFeed, now: Date): Promise<void> {
  const { watch, db } = deps;
  const wanted = (await readWanted(watch)).filter(isOf(feed));
  const papers = await readPapers(watch, feed);
  const cursor = await latestCursor(deps);
  const filters = wanted.map(({ filter }) => filter);
  const paperIds = papers.map(({ paperId }) => paperId);
  const keeps = await matchWanted(deps, paperIds, filters, now);
  await db.bulk(async (tx) => {
    // One process at a time, so that the event of a feed is made once, whatever its filters.
    await tx.query(sql`select from webhook_positions s where s.log = 'paper_changes' for update`);
    // Another process has planned it; the event for all is stored even if nobody wants it.
    const [told] = await tx.query<{ awaitsVectorOf: number | null; occurredAt: Date }>(sql`
      select e.awaits_vector_of as "awaitsVectorOf", e.occurred_at as "occurredAt" from webhook_events e
      where e.key = ${keyOf(feed)} and e.variant = ${variantOf(ANY)}`);
    if (told?.awaitsVectorOf === null) return;
    const since = told?.occurredAt ?? feed.madeAt;
    const awaited = now.getTime() - since.getTime() < VECTORS_WAIT_MS ? papers.find((each) => each.awaitsVector) : null;
    const audience: PaperAudience = { unknown: awaited ? ["near"] : [], learned: told ? ["near"] : null };
    const everybody = { filter: ANY, webhookIds: [] };
    for (const { filter, webhookIds } of filters.includes(ANY) ? wanted : [everybody, ...wanted]) {
      if (!isTold(JSON.parse(filter), audience)) continue;
      const kept = papers.filter(({ paperId }) => keeps(filter, paperId));
      const data = webhookIds.length > 0 && kept.length > 0 ? feedData(feed, kept, cursor) : null;
      await storeFeed(tx, feed, { filter, webhookIds, data }, now);
    }
    await tx.query(sql`
      update webhook_events set awaits_vector_of = ${awaited?.paperId ?? null}::int
      where key = ${keyOf(feed)} and variant = ${variantOf(ANY)}`);
  });
}

const isOf =
  ({ period }: FinalFeed) =>
  (wanted: Wanted) =>
    wanted.event === WebhookEvent.FEED_FINAL && wanted.period === period;

function readPapers(db: Db, { rankingId }: FinalFeed): Promise<RankedRow[]> {
  return db.query(sql`
    select p.id as "paperId", p.arxiv_id as "arxivId", p.title, p.url, p.pdf_url as "pdfUrl", p.code_url as "codeUrl", r.rank,
      ${awaitsVector(sql`p.id`)} as "awaitsVector"
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

/** What FEED_FINAL says of a feed, of which a filter keeps these papers. */
function feedData({ period, startDate }: FinalFeed, kept: readonly RankedRow[], changesAfter: string | null): object {
  const { id, key } = spanOf(period, startDate);
  const papers = kept.slice(0, TOP).map((row) => ({ rank: row.rank, ...paperData(row) }));
  return { feed: { id, period, key }, papers, totalCount: kept.length, changesAfter };
}

/** The event of a feed for those with one filter; without data nobody is told. */
interface FeedEvent {
  filter: string;
  webhookIds: readonly number[];
  data: object | null;
}

async function storeFeed(
  tx: Transaction,
  feed: FinalFeed,
  { filter, webhookIds, data }: FeedEvent,
  now: Date,
): Promise<void> {
  const variant = variantOf(filter);
  const key = keyOf(feed);
  const text = data ? JSON.stringify(data) : "";
  const [stored] = await tx.query<{ id: number }>(sql`
    insert into webhook_events (key, variant, type, message_id, occurred_at, data)
    values (${key}, ${variant}, 'FEED_FINAL', ${messageIdOf(key, variant, null)}, ${feed.madeAt}::timestamptz, ${text})
    on conflict (key, variant) do nothing returning id`);
  if (!stored || !data) return;
  const { period, madeAt: occurredAt } = feed;
  await queueDeliveries(tx, { eventId: stored.id, type: WebhookEvent.FEED_FINAL, period, occurredAt, webhookIds }, now);
}
