import { setTimeout as sleep } from "node:timers/promises";
import type { Db, LiveDb } from "../db/database";
import { hasTouches, numberChanges } from "./numbering.service";

/** Two transactions that number changes are at least so far apart, so that notifications stay few, whatever the votes. */
const SPACING_MS = 100;

/** Numbers the changes of papers for this process. */
export interface Numbering {
  /** Resolves when all changes that were committed before the call are numbered; true when there were some. */
  upToDate(): Promise<boolean>;
}

/** `watch` reads on the primary. */
export function createNumbering(db: Pick<LiveDb, "background">, watch: Db): Numbering {
  let next: Promise<void> | null = null;
  let lastEnd = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  async function run(before: Promise<void>): Promise<void> {
    await before.catch(() => {});
    await sleep(Math.max(0, lastEnd + SPACING_MS - performance.now()));
    // Who asks from here on needs another turn: this one may not see what they wait for.
    next = null;
    while (await numberChanges(db));
    lastEnd = performance.now();
  }

  return {
    async upToDate() {
      if (!(await hasTouches(watch))) return false;
      next ??= running = run(running);
      await next;
      return true;
    },
  };
}
