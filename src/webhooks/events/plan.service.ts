import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { rankFeeds } from "../../feeds/rank-feeds.service";
import type { KnownLater } from "../../papers/paper-audience";
import { WebhookEvent } from "../webhook.types";
import { earlierEventsOf, planAwaiting, tellOf } from "./awaiting-events";
import { type ChangedPaper, type Position, readChangedPapers } from "./changed-papers";
import { planFinalFeeds } from "./final-feeds.service";
import { matchEvents, type ReceiversOf } from "./match-events";
import { eventsOf, type NewEvent, newWindows } from "./paper-events";
import type { PlanDeps } from "./plan-deps";
import { lockPosition, movePosition, startPosition } from "./position.service";
import { queueDeliveries, readWanted } from "./receivers.service";

/**
 * Reads on in the change log and queues a delivery for each webhook that is to hear of what happened. What was committed
 * before the call is planned when it resolves, unless the signal has aborted. Idempotent, also in many processes at once: the
 * position in the log and the deliveries are written in one transaction.
 */
export async function planWebhooks(deps: PlanDeps, now: Date, signal?: AbortSignal): Promise<void> {
  await deps.sequencer.catchUp();
  while (!signal?.aborted && (await planChanges(deps, now)));
  while (!signal?.aborted && (await planAwaiting(deps, now)));
  await planFinalFeeds(deps, now);
}

/** Plans the next changes; true when there may be more. */
async function planChanges(deps: PlanDeps, now: Date): Promise<boolean> {
  const { db, watch } = deps;
  const position = await readPosition(watch);
  if (!position) {
    await startPosition(db, now);
    return true;
  }
  let papers = await readChangedPapers(watch, position, now);
  let wanted = await readWanted(watch);
  if (isUnranked(papers) && wanted.some(({ event }) => event === WebhookEvent.PAPER_FEATURED)) {
    await rankFeeds(db);
    papers = await readChangedPapers(watch, position, now);
    wanted = await readWanted(watch);
  }
  const last = papers.at(-1);
  if (!last) return false;
  const history = await deps.history.read();
  const events = papers.flatMap((paper) => eventsOf(paper, history, now));
  const awaiting = papers.flatMap(earlierEventsOf);
  const receiversOf = await matchEvents(deps, [...awaiting, ...events], wanted, now);
  await db.bulk(async (tx) => {
    // Another process has planned them.
    if (!(await lockPosition(tx, position))) return;
    await tellOf(tx, awaiting, receiversOf, now);
    await tx.query(sql`
      update webhook_events set awaits_categories_of = null where id = any(${awaiting.map(({ id }) => id)}::int[])`);
    await store(tx, events, receiversOf, now);
    await notice(tx, papers);
    await movePosition(tx, last);
  });
  return true;
}

async function readPosition(watch: Db): Promise<Position | null> {
  const [position] = await watch.query<Position>(sql`
    select s.changed_at as "changedAt", s.paper_id as "paperId" from webhook_positions s where s.log = 'paper_changes'`);
  return position ?? null;
}

function isUnranked(papers: readonly ChangedPaper[]): boolean {
  return papers.some(({ entries }) => entries.some(({ rank }) => rank === null));
}

async function store(tx: Transaction, events: readonly NewEvent[], receiversOf: ReceiversOf, now: Date): Promise<void> {
  for (const event of events) {
    const webhookIds = receiversOf(event);
    const { unknown } = event.audience;
    const idWithout = (what: KnownLater) => (unknown.includes(what) ? event.paperId : null);
    const data = webhookIds.length > 0 || unknown.length > 0 ? JSON.stringify(event.data) : "";
    const [stored] = await tx.query<{ id: number }>(sql`
      insert into webhook_events (key, type, message_id, occurred_at, data, awaits_categories_of, awaits_vector_of)
      values (
        ${event.key}, ${event.type}, ${event.messageId}, ${event.occurredAt}::timestamptz, ${data},
        ${idWithout("categories")}::int, ${idWithout("near")}::int
      )
      on conflict (key, variant) do nothing returning id`);
    if (!stored) continue;
    const { type, occurredAt } = event;
    await queueDeliveries(tx, { eventId: stored.id, type, period: null, occurredAt, webhookIds }, now);
  }
}

/** Remembers what is told once of a paper. */
async function notice(tx: Transaction, papers: readonly ChangedPaper[]): Promise<void> {
  const seen = papers.filter((paper) => {
    return newWindows(paper).length > 0 || paper.withdrawnAt?.getTime() !== paper.knownWithdrawnAt?.getTime();
  });
  if (seen.length === 0) return;
  const rows = seen.map(({ paperId, trends, trended, withdrawnAt }) => {
    return { id: paperId, trended: [...new Set([...trended, ...trends])], withdrawnAt };
  });
  await tx.query(sql`
    insert into webhook_papers (paper_id, trended, withdrawn_at)
    select r.id, r.trended, r."withdrawnAt"
    from json_to_recordset(${JSON.stringify(rows)}::json) as r (id int, trended text[], "withdrawnAt" timestamptz)
    -- one that was deleted meanwhile has no more events
    join papers p on p.id = r.id
    on conflict (paper_id) do update set trended = excluded.trended, withdrawn_at = excluded.withdrawn_at`);
}
