import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { rankFeeds } from "../../feeds/rank-feeds.service";
import { matchFilters } from "../../papers/match-filters";
import { WebhookEvent } from "../webhook.types";
import { type ChangedPaper, type Position, readChangedPapers } from "./changed-papers";
import { planFinalFeeds } from "./final-feeds.service";
import { eventsOf, type NewEvent, newWindows } from "./paper-events";
import type { PlanDeps } from "./plan-deps";
import { lockPosition, movePosition, startPosition } from "./position.service";
import { ANY, disableByFilter, queueDeliveries, readWanted, type Wanted } from "./receivers.service";

/**
 * Reads on in the change log and queues a delivery for each webhook that is to hear of what happened. What was committed
 * before the call is planned when it resolves, unless the signal has aborted. Idempotent, also in many processes at once: the
 * position in the log and the deliveries are written in one transaction.
 */
export async function planWebhooks(deps: PlanDeps, now: Date, signal?: AbortSignal): Promise<void> {
  await deps.sequencer.catchUp();
  while (!signal?.aborted && (await planChanges(deps, now)));
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
  const wanted = await readWanted(watch);
  if (isUnranked(papers) && wanted.some(({ event }) => event === WebhookEvent.PAPER_FEATURED)) {
    await rankFeeds(db);
    papers = await readChangedPapers(watch, position, now);
  }
  const last = papers.at(-1);
  if (!last) return false;
  const history = await deps.history.read();
  const events = papers.flatMap((paper) => eventsOf(paper, history, now));
  const filtersOf = await matchEvents(deps, events, wanted, now);
  await db.bulk(async (tx) => {
    // Another process has planned them, or webhooks have changed meanwhile: the next round plans anew.
    if (!(await lockPosition(tx, position)) || !isSame(wanted, await readWanted(tx))) return;
    await store(tx, events, filtersOf, now);
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

const isSame = (a: readonly Wanted[], b: readonly Wanted[]) => JSON.stringify(a) === JSON.stringify(b);

type FiltersOf = (event: NewEvent) => string[];

/** Which filters keep the paper of each event, of those whose webhooks want such an event. */
async function matchEvents(
  { watch, db, log }: PlanDeps,
  events: readonly NewEvent[],
  wanted: readonly Wanted[],
  now: Date,
): Promise<FiltersOf> {
  const types = new Set(events.map(({ type }) => type));
  const filters = [...new Set(wanted.filter(({ event }) => types.has(event)).map(({ filter }) => filter))];
  const paperIds = [...new Set(events.map(({ paperId }) => paperId))];
  const broken: string[] = [];
  const found = await matchFilters(
    watch,
    paperIds,
    filters.filter((filter) => filter !== ANY),
    (filter, err) => {
      log.error({ err, filter }, "a webhook's stored filter does not work");
      broken.push(filter);
    },
  );
  for (const filter of broken) await db.transaction((tx) => disableByFilter(tx, filter, now));
  return ({ type, paperId }) =>
    wanted
      .filter(({ event, filter }) => event === type && (filter === ANY || found.get(filter)?.has(paperId)))
      .map(({ filter }) => filter);
}

async function store(tx: Transaction, events: readonly NewEvent[], filtersOf: FiltersOf, now: Date): Promise<void> {
  for (const event of events) {
    const filters = filtersOf(event);
    const data = filters.length > 0 ? JSON.stringify(event.data) : "";
    const [stored] = await tx.query<{ id: number }>(sql`
      insert into webhook_events (key, type, message_id, occurred_at, data)
      values (${event.key}, ${event.type}, ${event.messageId}, ${event.occurredAt}::timestamptz, ${data})
      on conflict (key, variant) do nothing returning id`);
    if (!stored) continue;
    const { type, occurredAt } = event;
    await queueDeliveries(tx, { eventId: stored.id, type, period: null, occurredAt, filters }, now);
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
