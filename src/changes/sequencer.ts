import { setTimeout as sleep } from "node:timers/promises";
import type { Db, LiveDb } from "../db/database";
import { hasUnsequencedChanges, sequenceChanges } from "./sequencer.service";

/** Least time between two sequencing transactions, so that notifications stay few, however many votes come. */
const SPACING_MS = 100;

/** Sequences the changes of papers, for this process. */
export interface Sequencer {
  /** Resolves when all changes that were committed before the call are sequenced; true when there were some. */
  catchUp(): Promise<boolean>;
}

/** `watch` reads the primary. */
export function createSequencer(db: Pick<LiveDb, "background">, watch: Db): Sequencer {
  let next: Promise<void> | null = null;
  let lastEnd = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();

  async function run(before: Promise<void>): Promise<void> {
    await before.catch(() => {});
    await sleep(Math.max(0, lastEnd + SPACING_MS - performance.now()));
    // Calls from here on need another run: this one may not see their changes.
    next = null;
    while (await sequenceChanges(db));
    lastEnd = performance.now();
  }

  return {
    async catchUp() {
      if (!(await hasUnsequencedChanges(watch))) return false;
      next ??= running = run(running);
      await next;
      return true;
    },
  };
}
