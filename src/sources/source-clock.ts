import { setTimeout } from "node:timers/promises";
import { databaseNow } from "../db/clock";
import type { WritableDb } from "../db/database";

/** The time by which everything about sources is decided, and how to wait in it. */
export interface SourceClock {
  now(): Promise<Date>;
  /** Resolves after so many milliseconds, or when the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The database's clock, which all processes share. */
export function databaseClock(db: WritableDb): SourceClock {
  return {
    now: () => databaseNow(db),
    sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
  };
}
