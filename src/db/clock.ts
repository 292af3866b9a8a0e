import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";
import type { WritableDb } from "./database";
import { sql } from "./sql";

/** A process whose clock is further from the database's than this is told of. */
const APART_MS = 5000;
/** The database's clock does not get ahead of a running process by more than this unless one of them was stopped or set. */
const JUMP_MS = 60_000;
/** A machine that was resumed has its clock set right within this time. */
const DOUBT_MS = 10 * 60_000;
const LOOKING_MS = 60_000;
const TELLING_MS = 60 * 60_000;

/** The database's time, the same for all processes: what happened when, and deadlines. A process's own clock decides nothing. */
export async function databaseNow(db: WritableDb): Promise<Date> {
  const [row] = await db.write<{ now: Date }>(sql`select clock_timestamp() as now`);
  return row!.now;
}

/**
 * The database's time for what cannot be undone, such as closing a feed. After a jump ahead it goes on as before for ten
 * minutes: a clock that was wrong is set back by then.
 */
export async function steadyNow(db: WritableDb): Promise<Date> {
  const now = await databaseNow(db);
  return new Date(steady.read(now.getTime(), performance.now()));
}

/** Doubts a clock, read in milliseconds, that gets ahead of one that nobody sets. */
export class SteadyClock {
  private ahead: number | null = null;
  private doubtedAt: number | null = null;

  get isDoubted(): boolean {
    return this.doubtedAt !== null;
  }

  read(time: number, monotonic: number): number {
    const ahead = time - monotonic;
    const hasJumped = this.ahead !== null && ahead > this.ahead + JUMP_MS;
    this.doubtedAt = hasJumped ? (this.doubtedAt ?? monotonic) : null;
    const isBelieved = this.doubtedAt === null || monotonic - this.doubtedAt >= DOUBT_MS;
    if (!isBelieved) return this.ahead! + monotonic;
    this.ahead = ahead;
    this.doubtedAt = null;
    return time;
  }
}

/** A process has one database. */
const steady = new SteadyClock();

/** Tells, once an hour while it is so, that the process's clock is not the database's, or that that one has jumped. */
export async function watchClock(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  const apart = onceInAWhile((seconds: number) =>
    log.warn({ seconds }, "this machine's clock is ahead of the database's by so much; only the database's counts"),
  );
  const jumped = onceInAWhile(() =>
    log.warn("the database's clock has jumped ahead; in case it is set right, nothing is closed by it for ten minutes"),
  );
  while (!signal.aborted) {
    const asked = Date.now();
    // While the database is away there is no clock to compare with, and others tell of that.
    const now = await databaseNow(db).catch(() => null);
    const answered = Date.now();
    if (now) {
      const ahead = asked > now.getTime() ? asked - now.getTime() : Math.min(0, answered - now.getTime());
      if (Math.abs(ahead) > APART_MS) apart(Math.round(ahead / 1000));
      if (steady.isDoubted) jumped();
    }
    await sleep(LOOKING_MS, null, { signal }).catch(() => {});
  }
}

function onceInAWhile<Args extends unknown[]>(act: (...args: Args) => void): (...args: Args) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - last < TELLING_MS) return;
    last = performance.now();
    act(...args);
  };
}
