import { repeat } from "../async/background-loop";
import { throttle } from "../async/throttle";
import type { Log } from "../log";
import type { WritableDb } from "./database";
import { sql } from "./sql";

/** A difference beyond this between a process's clock and the database's is logged. */
const APART_MS = 5000;
/** The database's clock gains more than this on a running process only if one of the machines was suspended or its clock set. */
const JUMP_MS = 60_000;
/** Time within which a resumed machine's clock is corrected. */
const DOUBT_MS = 10 * 60_000;
/** How often the clocks are compared. */
const COMPARE_EVERY_MS = 60_000;
/** How often the same warning is logged at most. */
const WARN_EVERY_MS = 60 * 60_000;

/** The database's time, the same for all processes, for timestamps and deadlines: a process's own clock decides nothing. */
export async function databaseNow(db: WritableDb): Promise<Date> {
  const [row] = await db.write<{ now: Date }>(sql`select clock_timestamp() as now`);
  return row!.now;
}

/**
 * The database's time for what cannot be undone, such as closing a feed. It ignores a jump ahead for ten minutes: a wrong
 * clock is corrected by then.
 */
export async function steadyNow(db: WritableDb): Promise<Date> {
  const now = await databaseNow(db);
  return new Date(steady.read(now.getTime(), performance.now()));
}

/** Doubts a clock, in milliseconds, that jumps ahead of a monotonic one. */
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

/** One for the process, which has one database. */
const steady = new SteadyClock();

/** Logs, at most once an hour, that the process's clock differs from the database's, or that the database's has jumped. */
export async function watchClock(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  const mayWarnApart = throttle(WARN_EVERY_MS);
  const mayWarnJumped = throttle(WARN_EVERY_MS);
  await repeat(signal, COMPARE_EVERY_MS, async () => {
    const asked = Date.now();
    // While the database is unavailable there is no clock to compare with; others log that.
    const now = await databaseNow(db).catch(() => null);
    const answered = Date.now();
    if (!now) return;
    const ahead = asked > now.getTime() ? asked - now.getTime() : Math.min(0, answered - now.getTime());
    if (Math.abs(ahead) > APART_MS && mayWarnApart() !== null) {
      const seconds = Math.round(ahead / 1000);
      log.warn(
        { seconds },
        "this machine's clock is ahead of the database's by this many seconds; only the database's counts",
      );
    }
    if (steady.isDoubted && mayWarnJumped() !== null) {
      log.warn(
        "the database's clock has jumped ahead; in case it is corrected, nothing is closed by it for ten minutes",
      );
    }
  });
}
