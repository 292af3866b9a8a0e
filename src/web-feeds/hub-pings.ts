import { withTimeLimit } from "../async/time-limit";
import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { Log } from "../log";
import { addTasks, failTasks, finishTasks, leaseDue, type Task } from "../tasks/task-queue";
import { feedPath, readerFormats } from "./feed-url";
import type { FeedName } from "./parameters";

/** Pings are tasks like those of sources: leased, so that of many processes one sends each, and repeated with longer and longer pauses. */
const PINGS = { source: "websub", kind: "ping" } as const;

/** A feed that became final longer ago is no news: a hub that is set later is not told of it. */
const NEWS = sql`interval '7 days'`;
/** Seconds until a ranking that is made can be read, from a replica too. */
const LEEWAY_S = 1;
/** How long it is known that a ping was sent. */
const KEPT = sql`interval '90 days'`;
/** Time that a hub may take to answer. */
const TIMEOUT_MS = 10_000;
/** Pings leased at a time. */
const BATCH = 3;

export interface HubOptions {
  hub: string;
  /** Seconds for which any cache may keep a feed: before, the hub could be given what was there before it was final. */
  maxAge: number;
  /** The URL at which readers reach the feeds, without a trailing slash. */
  publicUrl: () => string;
  /** This worker's name, unlike any other's. */
  owner: string;
  log: Log;
  signal: AbortSignal;
}

/**
 * Plans one ping for each format of feed readers, of the latest day, week and month that became final and that no cache can
 * have as it was before. Idempotent, in many processes too.
 */
export async function planPings(db: WritableDb, { maxAge }: Pick<HubOptions, "maxAge">, now: Date): Promise<void> {
  await addTasks(
    db,
    PINGS,
    sql`
      select lower(r.period) || '.' || format || ' ' || r.start_date as key, r.start_date as day
      from (
        select distinct on (period) period, start_date, made_at from feed_rankings
        where is_final order by period, start_date desc
      ) r cross join unnest(${readerFormats}::text[]) format
      where r.made_at > ${now}::timestamptz - ${NEWS}
        and r.made_at <= ${now}::timestamptz - make_interval(secs => ${maxAge + LEEWAY_S})`,
    now,
  );
  await db.write(sql`
    delete from source_tasks t
    where t.source = ${PINGS.source} and t.kind = ${PINGS.kind} and (
      t.last_success_at < ${now}::timestamptz - ${KEPT}
      -- a hub that could not be told of a day hears of a later one by the same URL
      or t.last_success_at is null and exists (
        select from source_tasks n where n.source = t.source and n.kind = t.kind and n.day > t.day
          and split_part(n.key, ' ', 1) = split_part(t.key, ' ', 1)
      )
    )`);
}

/** Sends pings that are due; true when there were any, whatever became of them. */
export async function sendPings(db: WritableDb, options: HubOptions, now: Date): Promise<boolean> {
  const { owner } = options;
  const due = await leaseDue(db, PINGS, { lane: "first", most: BATCH, owner, now });
  await Promise.all(due.map((task) => sendPing(db, options, task, now)));
  return due.length > 0;
}

async function sendPing(
  db: WritableDb,
  { hub, publicUrl, owner, log, signal }: HubOptions,
  task: Task<"websub">,
  now: Date,
): Promise<void> {
  const [feed = ""] = task.key.split(" ");
  const [name, format] = feed.split(".") as [FeedName, (typeof readerFormats)[number]];
  const url = `${publicUrl()}/${feedPath(name, format)}`;
  const error = await ping(hub, url, signal);
  if (error === null) return finishTasks(db, [task], [{ key: task.key, dueAt: null, readAt: now }], owner);
  log.warn({ feed, error, attempts: task.attempts }, "the hub could not be told that a feed is final");
  await failTasks(db, [task], { owner, now, error });
}

/** Tells the hub that a feed has changed; a sentence when it does not take it. */
async function ping(hub: string, url: string, signal: AbortSignal): Promise<string | null> {
  try {
    // Hubs know the feed by the first name or, as the recommendation calls it, by the second.
    const body = new URLSearchParams({ "hub.mode": "publish", "hub.url": url, "hub.topic": url });
    return await withTimeLimit(TIMEOUT_MS, signal, async (limit) => {
      const response = await fetch(hub, { method: "POST", body, redirect: "manual", signal: limit });
      await response.body?.cancel();
      return response.ok ? null : `The hub answered ${response.status}.`;
    });
  } catch (error) {
    return `The hub did not answer: ${error instanceof Error ? error.message : error}.`;
  }
}
