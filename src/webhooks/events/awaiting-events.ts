import type { Db, Transaction } from "../../db/database";
import { sql } from "../../db/sql";
import { awaitsVector } from "../../meaning/serving-model";
import { type AwaitingEvent, type ChangedPaper, MAX_AGE_DAYS } from "./changed-papers";
import { matchEvents, type ReceiversOf, type Told } from "./match-events";
import type { PlanDeps } from "./plan-deps";
import { queueDeliveries, readWanted } from "./receivers.service";

/** Events that are planned in one transaction. */
const BATCH = 100;

/** An event that is stored, of which more webhooks are told. */
type EarlierEvent = AwaitingEvent & Told;

/** The earlier events of a paper of which those who ask for categories can be told now. */
export function earlierEventsOf({ paperId, awaiting }: ChangedPaper): EarlierEvent[] {
  return awaiting.map((event) => ({ ...event, paperId, audience: { unknown: [], learned: ["categories"] } }));
}

/** Queues earlier events for those who could not be told of them before. */
export async function tellOf(
  tx: Transaction,
  events: readonly EarlierEvent[],
  receiversOf: ReceiversOf,
  now: Date,
): Promise<void> {
  for (const event of events) {
    const { id: eventId, type } = event;
    const told = {
      eventId,
      type,
      period: null,
      occurredAt: new Date(event.occurredAt),
      webhookIds: receiversOf(event),
    };
    await queueDeliveries(tx, told, now);
  }
}

/**
 * Queues earlier events of papers that have got their vector for those who ask for what is near to others; true when there may be
 * more. That a vector is written is no change of the paper, so the log does not tell of it. Idempotent, also in many processes.
 */
export async function planAwaiting(deps: PlanDeps, now: Date): Promise<boolean> {
  const { db, watch } = deps;
  const events = await readDecided(watch, now);
  if (events.length === 0) return false;
  const receiversOf = await matchEvents(deps, events, await readWanted(watch), now);
  await db.bulk(async (tx) => {
    await tellOf(tx, events, receiversOf, now);
    await tx.query(sql`
      update webhook_events set awaits_vector_of = null where id = any(${events.map(({ id }) => id)}::int[])`);
  });
  return events.length === BATCH;
}

async function readDecided(db: Db, now: Date): Promise<EarlierEvent[]> {
  const rows = await db.query<AwaitingEvent & { paperId: number; hasCategories: boolean }>(sql`
    select n.id, n.type, n.occurred_at as "occurredAt", p.id as "paperId", p.categories <> '{}' as "hasCategories"
    from webhook_events n join papers p on p.id = n.awaits_vector_of
    where n.awaits_vector_of is not null and n.type <> 'FEED_FINAL'
      and n.occurred_at > ${now}::timestamptz - ${MAX_AGE_DAYS}::int * interval '1 day' and not ${awaitsVector(sql`p.id`)}
    order by n.id limit ${BATCH}::int`);
  return rows.map(({ hasCategories, ...event }) => {
    // By what is known now, not by what the event awaits: whoever plans that they became known sees the vector already.
    return { ...event, audience: { unknown: hasCategories ? [] : ["categories"], learned: ["near"] } };
  });
}
