import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { SourceName } from "../config/source-settings";
import type { Database } from "../db/database";
import type { Log } from "../log";
import {
  addPlan,
  type Finished,
  failTasks,
  finishTasks,
  type Lane,
  LEASE_MS,
  leaseDue,
  leaseOne,
  releaseTasks,
  renewLease,
  type Task,
} from "../tasks/task-queue";
import { askWithinBudget, nextDueAt, openBudgets, pauseOf, type SourcePace } from "./request-budget";
import type { SourceClock } from "./source-clock";
import { describeFailure, SourceFailure } from "./source-failure";
import { noteReading } from "./source-status.service";

/** What one reading did, for the log. */
export interface Reading {
  finished: Finished[];
  /** Those that were left for another time. */
  left?: readonly Task[];
  /** Why the others were not read. */
  failure?: unknown;
  /** Papers that were read. */
  papers?: number;
  /** For the log. */
  report?: object;
}

/** One kind of tasks of a source. */
export interface TaskKind {
  kind: string;
  /** Tasks that are leased and read together. */
  batch: number;
  /** In this order. */
  lanes: readonly Lane[];
  read(tasks: Task[], work: Work): Promise<Reading>;
}

/** How a source is read: its kinds of tasks, the more urgent first. */
export interface Source {
  source: SourceName;
  pace: SourcePace;
  kinds: readonly TaskKind[];
}

/** What all that is done for sources needs. */
export interface SourceDeps {
  db: Database;
  sources: readonly Source[];
  log: Log;
  clock: SourceClock;
  /** This worker's name, unlike any other's. */
  owner: string;
  /** Aborts the request under way. */
  signal: AbortSignal;
}

/** What the reading of some tasks needs. */
export interface Work extends Pick<SourceDeps, "db" | "log" | "clock" | "signal"> {
  /** When the work began. */
  now: Date;
  /** Makes one request when the source's budget allows, and keeps the lease meanwhile. Throws SourceFailure. */
  request<T>(ask: () => Promise<T>): Promise<T>;
}

/** A lease is renewed when this part of it has passed; the slowest request takes less than the rest. */
const RENEW_AFTER_MS = LEASE_MS / 4;

/** A worker's name. */
export function workerName(): string {
  return `${hostname()} ${process.pid} ${randomBytes(4).toString("hex")}`;
}

/** Makes what each source needs in the database. Idempotent; to be called once before `runDueTask`. */
export async function openSources({ db, sources, clock }: Pick<SourceDeps, "db" | "sources" | "clock">): Promise<void> {
  const now = await clock.now();
  const names = sources.map(({ source }) => source);
  await openBudgets(db, names, now);
  await addPlan(db, names, now);
}

/**
 * Does one unit of work, if there is any at the clock's time: leases what is due, reads it, merges it, and says when it is due
 * next. "done": it was tried, whatever became of it. Else: when there may be something to do; null when only other processes
 * know. Waits only for the budgets of requests. Fails when the database does.
 */
export async function runDueTask(deps: SourceDeps): Promise<"done" | { nextAt: Date | null }> {
  const now = await deps.clock.now();
  const times: number[] = [];
  for (const each of deps.sources) {
    const isPaused = (await pauseOf(deps.db, each.source, now)) !== null;
    if (!isPaused && (await runDueTaskOf(deps, each, now))) return "done";
    const kinds = each.kinds.map(({ kind }) => kind);
    const nextAt = await nextDueAt(deps.db, each.source, kinds, now);
    if (nextAt) times.push(nextAt.getTime());
  }
  return { nextAt: times.length > 0 ? new Date(Math.min(...times)) : null };
}

/** Reads what is due of one source, most urgent first; null when nothing is. */
export async function runDueTaskOf(
  deps: SourceDeps,
  { source, pace, kinds }: Source,
  now: Date,
): Promise<Reading | null> {
  for (const each of kinds) {
    for (const lane of each.lanes) {
      const { kind, batch: most } = each;
      const tasks = await leaseDue(deps.db, { source, kind }, { lane, most, owner: deps.owner, now });
      if (tasks.length === 0) continue;
      return runTasks(deps, each, pace, tasks, now);
    }
  }
  return null;
}

/** Runs one task now, due or not; "taken" while another worker reads it. */
export async function runTaskNow(
  deps: SourceDeps,
  { source, kind, key }: Pick<Task, "source" | "kind" | "key">,
): Promise<Reading | "taken"> {
  const { pace, kinds } = deps.sources.find((each) => each.source === source)!;
  const now = await deps.clock.now();
  const task = await leaseOne(deps.db, { source, kind, key }, { owner: deps.owner, now });
  if (!task) return "taken";
  return runTasks(deps, kinds.find((each) => each.kind === kind)!, pace, [task], now);
}

/** Reads leased tasks of one kind, and ends their leases. */
async function runTasks(
  deps: SourceDeps,
  kind: TaskKind,
  pace: SourcePace,
  tasks: Task[],
  now: Date,
): Promise<Reading> {
  const { db, clock, owner, signal, log } = deps;
  const { source } = tasks[0]!;
  let renewedAt = now.getTime();
  const renew = async () => {
    const time = await clock.now();
    if (time.getTime() < renewedAt + RENEW_AFTER_MS) return;
    await renewLease(db, tasks, owner, time);
    renewedAt = time.getTime();
  };
  const request: Work["request"] = async (ask) => {
    const answer = await askWithinBudget(deps, source, pace, { ask, onWait: renew });
    await renew();
    return answer;
  };
  const work: Work = { db, log, clock, signal, now, request };
  const reading = await kind.read(tasks, work).catch((failure): Reading => ({ finished: [], failure }));
  const { finished, left = [], failure, papers = 0, report } = reading;
  await finishTasks(db, tasks, finished, owner);
  await releaseTasks(db, left, owner);
  const done = new Set([...finished, ...left].map(({ key }) => key));
  await endFailed(
    deps,
    tasks.filter(({ key }) => !done.has(key)),
    failure,
  );
  const readAt = finished.reduce<Date | null>((latest, each) => each.readAt ?? latest, null);
  const error = failure === undefined || isStop(failure) ? null : describeFailure(failure);
  if (readAt || error) await noteReading(db, source, { readAt, papers, error });
  const named = { source, kind: kind.kind, ...(tasks.length === 1 ? { key: tasks[0]!.key } : { tasks: tasks.length }) };
  // Of what was read together, some may have been read.
  if (error)
    log.warn({ ...named, ...(readAt && { papers, ...report }), ...describe(failure) }, "a source could not be read");
  else if (readAt) log.info({ ...named, papers, ...report }, "a source was read");
  return reading;
}

async function endFailed({ db, clock, owner }: SourceDeps, tasks: Task[], failure: unknown): Promise<void> {
  if (tasks.length === 0) return;
  if (failure instanceof SourceFailure && failure.isOfSource) return releaseTasks(db, tasks, owner);
  await failTasks(db, tasks, { owner, now: await clock.now(), error: describeFailure(failure) });
}

function isStop(failure: unknown): boolean {
  return failure instanceof SourceFailure && (failure.reason === "stopped" || failure.reason === "paused");
}

/** A failure for the log: of a source its words, of ours the stack. */
function describe(failure: unknown): object {
  return failure instanceof SourceFailure ? { reason: failure.told } : { err: failure };
}
