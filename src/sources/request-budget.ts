import { withJitter } from "../async/back-off";
import type { SourceName } from "../config/source-settings";
import type { WritableDb } from "../db/database";
import { sql } from "../db/sql";
import type { SourceClock } from "./source-clock";
import { SourceFailure } from "./source-failure";

/** How a source may be asked, by all processes together. There is one connection to each. */
export interface SourcePace {
  /** From the beginning of a request to that of the next, in ms. */
  spacingMs: number;
  /** Least time after which a request without an end counts as lost, in ms. */
  lostAfterMs: number;
}

/** The pause after the first failure of a source; doubled with each further one, with jitter. */
const FIRST_PAUSE_S = 5;
const MAX_PAUSE_S = 15 * 60;
/** A source that asks for more is asked again after this time. */
const MAX_WAIT_MS = 24 * 60 * 60_000;
/** A worker that would wait for longer does something else meanwhile. */
const MAX_PATIENCE_MS = 60_000;
/** Least time between two looks at whether the request of another worker is over. */
const POLL_MS = 250;

/** What a request needs of its worker. */
interface Caller {
  db: WritableDb;
  clock: SourceClock;
  owner: string;
  signal: AbortSignal;
}

/** Makes a row for each source that has none. */
export async function openBudgets(db: WritableDb, sources: readonly SourceName[], now: Date): Promise<void> {
  await db.write(sql`
    insert into source_budgets (source, next_at) select s, ${now}::timestamptz from unnest(${sources}::text[]) s
    on conflict (source) do nothing`);
}

/** The end of a source's pause; null when it may be asked. */
export async function pauseOf(db: WritableDb, source: SourceName, now: Date): Promise<Date | null> {
  const [row] = await db.write<{ until: Date | null }>(sql`
    select b.paused_until as until from source_budgets b
    where b.source = ${source} and b.paused_until > ${now}::timestamptz`);
  return row?.until ?? null;
}

/**
 * Asks a source when its budget allows, and notes what became of it. A failure pauses the source for all processes, longer with
 * each one in a row, and at least for as long as the source asks. Throws SourceFailure. `onWait` is called before each wait.
 */
export async function askWithinBudget<T>(
  caller: Caller,
  source: SourceName,
  pace: SourcePace,
  { ask, onWait }: { ask: () => Promise<T>; onWait: () => Promise<void> },
): Promise<T> {
  await waitForTurn(caller, source, pace, onWait);
  // The next one keeps its distance from a moment when this one has been sent.
  const [answer, sentAt] = await Promise.allSettled([ask(), caller.clock.now()]);
  if (sentAt.status === "rejected") throw sentAt.reason;
  await noteEnd(caller, source, new Date(sentAt.value.getTime() + pace.spacingMs), failureOf(answer));
  if (answer.status === "rejected") throw answer.reason;
  return answer.value;
}

function failureOf(answer: PromiseSettledResult<unknown>): SourceFailure | null {
  if (answer.status === "fulfilled") return null;
  // Anything else is a bug of ours, but the request was made.
  return answer.reason instanceof SourceFailure ? answer.reason : new SourceFailure("failed", { problem: "a bug" });
}

async function waitForTurn(
  { db, clock, owner, signal }: Caller,
  source: SourceName,
  { spacingMs, lostAfterMs }: SourcePace,
  onWait: () => Promise<void>,
): Promise<void> {
  for (;;) {
    if (signal.aborted) throw new SourceFailure("stopped", { problem: "this process ends" });
    const now = await clock.now();
    const [row] = await db.write<{
      isTaken: boolean;
      nextAt: Date;
      heldUntil: Date | null;
      pausedUntil: Date | null;
    }>(sql`
      with taken as (
        update source_budgets b set holder = ${owner},
          next_at = ${now}::timestamptz + ${spacingMs}::float8 * interval '1 ms',
          held_until = ${now}::timestamptz + ${lostAfterMs}::float8 * interval '1 ms'
        where b.source = ${source} and b.next_at <= ${now}::timestamptz
          and coalesce(b.held_until, '-infinity') <= ${now}::timestamptz
          and coalesce(b.paused_until, '-infinity') <= ${now}::timestamptz
        returning b.source
      )
      select exists (select from taken) as "isTaken", b.next_at as "nextAt", b.held_until as "heldUntil",
        b.paused_until as "pausedUntil"
      from source_budgets b where b.source = ${source}`);
    if (!row) throw new Error(`${source} has no budget.`);
    if (row.isTaken) return;
    const pause = (row.pausedUntil?.getTime() ?? 0) - now.getTime();
    if (pause > MAX_PATIENCE_MS) throw new SourceFailure("paused", { problem: "the source is paused" });
    // The request under way is over long before it would count as lost.
    const turn = Math.max(row.nextAt.getTime() - now.getTime(), pause, row.heldUntil ? POLL_MS : 0);
    await onWait();
    await clock.sleep(Math.max(turn, 1), signal);
  }
}

async function noteEnd(
  { db, clock, owner }: Caller,
  source: SourceName,
  nextAt: Date,
  failure: SourceFailure | null,
): Promise<void> {
  const now = await clock.now();
  const isFailed = failure !== null && failure.reason !== "stopped";
  const waitMs = Math.min(failure?.waitMs ?? 0, MAX_WAIT_MS);
  const jitter = withJitter(1);
  await db.write(sql`
    update source_budgets b set
      holder = case when b.holder <> ${owner} then b.holder end,
      held_until = case when b.holder <> ${owner} then b.held_until end,
      next_at = greatest(b.next_at, ${nextAt}::timestamptz),
      failures = case when ${isFailed}::boolean then b.failures + 1 when ${failure === null}::boolean then 0 else b.failures end,
      paused_until = case when ${isFailed}::boolean then greatest(b.paused_until, ${now}::timestamptz + greatest(
        ${waitMs}::float8 * interval '1 ms',
        least(${FIRST_PAUSE_S} * 2 ^ least(b.failures, 20), ${MAX_PAUSE_S}) * ${jitter}::float8 * interval '1 s'
      )) else b.paused_until end,
      requests_ok = b.requests_ok + ${failure === null}::boolean::int,
      requests_limited = b.requests_limited + ${failure?.reason === "limited"}::boolean::int,
      requests_failed = b.requests_failed + ${isFailed && failure.reason !== "limited"}::boolean::int
    where b.source = ${source}`);
}

/** When the next task of a source can be leased, not before the end of its pause; null when there is none. */
export async function nextDueAt(
  db: WritableDb,
  source: SourceName,
  kinds: readonly string[],
  now: Date,
): Promise<Date | null> {
  const [row] = await db.write<{ at: Date | null }>(sql`
    select greatest(b.paused_until, least(
      (select min(d.due_at) from unnest(${kinds}::text[]) k cross join lateral (
        select t.due_at from source_tasks t
        where t.source = b.source and t.kind = k and (t.held_until is null or t.held_until <= ${now}::timestamptz)
        order by t.due_at limit 1
      ) d),
      (select min(greatest(t.due_at, t.held_until)) from source_tasks t
        where t.source = b.source and t.held_until > ${now}::timestamptz and t.due_at is not null)
    )) as at
    from source_budgets b where b.source = ${source}`);
  return row?.at ?? null;
}
