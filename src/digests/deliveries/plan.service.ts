import { GraphQLError } from "graphql";
import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import type { FeedPeriod } from "../../feeds/period";
import type { Log } from "../../log";
import { VECTORS_WAIT_MS } from "../../meaning/serving-model";
import type { PaperFilter } from "../../papers/paper-filter.input";
import type { Schedule } from "../subscriptions/schedule";
import { moveOn, resumeSubscriptions, scheduleColumns } from "../subscriptions/scheduling.service";
import { awaitVectors, createDeliveries, freezePapers, skipEmpty } from "./plan.steps";
import { finalFeeds, periodOf } from "./unsent-feeds";

/** Subscriptions read at once; of these, those with the same filter and period are planned in one transaction. */
const BATCH = 200;

type Due = Schedule & { nextSendAt: Date; filterText: string };

/**
 * Queues one digest for each active subscription that is due by `now`, of the final feeds that it was not sent yet, with
 * its papers frozen, and sets the subscription's next time. Idempotent: planning twice, or in many processes at once,
 * changes nothing. A filter that does not work fails its own digests only. Digests that cannot be planned do not hold up
 * others; at the end the first failure is thrown.
 */
export async function planDigests(db: WritableDb, now: Date, log: Log): Promise<void> {
  await resumeSubscriptions(db, now);
  let due = await dueSubscriptions(db, now, null);
  const failures: unknown[] = [];
  while (due.length > 0) {
    for (const group of groupsOf(await withoutWaiting(db, due, now))) {
      // A group that failed is still due at the next round, and does not hold up the others.
      await planGroup(db, group, now, log).catch((err) => failures.push(err));
    }
    due = await dueSubscriptions(db, now, due.at(-1)!);
  }
  if (failures.length > 0) throw failures[0];
}

function dueSubscriptions(db: WritableDb, now: Date, last: Due | null): Promise<Due[]> {
  return db.query<Due>(sql`
    select ${scheduleColumns}, s.next_send_at as "nextSendAt", s.filter::text as "filterText"
    from digest_subscriptions s
    where s.status = 'ACTIVE' and s.next_send_at <= ${now}::timestamptz
      and (s.next_send_at, s.id) > (coalesce(${last?.nextSendAt ?? null}::timestamptz, '-infinity'), ${last?.id ?? 0}::int)
    order by s.next_send_at, s.id
    limit ${BATCH}`);
}

/**
 * Leaves out those who ask for what is near to papers, while papers of the feeds have no vector yet: they are due until these have
 * one, or for a day.
 */
async function withoutWaiting(db: WritableDb, due: Due[], now: Date): Promise<Due[]> {
  const mayWait = ({ nextSendAt, filterText }: Due) =>
    now.getTime() - nextSendAt.getTime() < VECTORS_WAIT_MS && (JSON.parse(filterText) as PaperFilter | null)?.near;
  const waiting = new Set<FeedPeriod>();
  for (const period of new Set(due.filter(mayWait).map(({ frequency }) => periodOf[frequency]))) {
    const feeds = await finalFeeds(db, period, sql`${now}::timestamptz`);
    if (await awaitVectors(db, feeds)) waiting.add(period);
  }
  return due.filter((each) => !waiting.has(periodOf[each.frequency]) || !mayWait(each));
}

function groupsOf(due: Due[]): Due[][] {
  const groups = new Map<string, Due[]>();
  for (const each of due) {
    const key = `${periodOf[each.frequency]} ${each.filterText}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}

async function planGroup(db: WritableDb, group: Due[], now: Date, log: Log): Promise<void> {
  try {
    await db.transaction((tx) => planLocked(tx, group, now, "QUEUED"));
  } catch (err) {
    if (!isOfFilter(err)) throw err;
    log.error({ err, subscriptions: group.map(({ id }) => id) }, "a digest's stored filter does not work");
    await db.transaction((tx) => planLocked(tx, group, now, "FAILED"));
  }
}

async function planLocked(tx: Transaction, group: Due[], now: Date, status: "QUEUED" | "FAILED"): Promise<void> {
  const locked = await lock(tx, group, now);
  const period = periodOf[group[0]!.frequency];
  const feeds = await finalFeeds(tx, period, sql`${now}::timestamptz`);
  if (feeds.length > 0 && locked.length > 0) {
    const ids = locked.map(({ id }) => id);
    const deliveries = await createDeliveries(tx, ids, { period, feeds }, now, status);
    if (status === "QUEUED") {
      await freezePapers(tx, deliveries, feeds, JSON.parse(group[0]!.filterText));
      await skipEmpty(tx, deliveries);
    }
  }
  await moveOn(tx, locked, now);
}

/** Leaves out those that another process is planning, that were changed, or that are no longer due. */
function lock(tx: Transaction, group: Due[], now: Date): Promise<Schedule[]> {
  return tx.query<Schedule>(sql`
    select ${scheduleColumns}
    from digest_subscriptions s
    join unnest(
      ${group.map(({ id }) => id)}::int[], ${group.map(({ filterText }) => filterText)}::text[],
      ${group.map(({ frequency }) => frequency)}::text[]
    ) as g (id, filter, frequency) on g.id = s.id and g.filter = s.filter::text and g.frequency = s.frequency
    where s.status = 'ACTIVE' and s.next_send_at <= ${now}::timestamptz
    order by s.id
    for update of s skip locked`);
}

/** Whether the filter is to blame. If the database was away or slow, planning is tried again later. */
function isOfFilter(error: unknown): boolean {
  if (error instanceof GraphQLError || error instanceof TypeError) return true;
  return /^22/.test(String((error as { code?: unknown }).code));
}
