import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInHour } from "date-fns/constants";
import { logFailures } from "../async/background-loop";
import type { Transaction, WritableDb } from "../db/database";
import { tryLockNeighbors } from "../db/locks";
import type { Log } from "../log";
import { findNeighbors } from "./neighbors.service";
import type { VectorIndex } from "./vector-index";
import { embedMissing } from "./vectors.service";

/** Papers get their neighbors at most this long after they came, unless there are many. */
const IDLE_MS = 1000;
/** Pause after a failure. */
const RETRY_MS = 5000;
/** Papers without a vector are looked for at the start, and again after this time, as processes of a version before may add some. */
const LOOKING_MS = millisecondsInHour;
/** Above all ids. */
const NEWEST = 2 ** 31 - 1;

/**
 * Writes the vectors of papers that have none, and finds the neighbors of those in the backlog, until the signal aborts;
 * busy for at most half of the time. Of processes that do so, one works at a time, and another goes on when it is lost.
 */
export async function compareInBackground(
  db: WritableDb,
  index: VectorIndex,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let below: number | null = NEWEST;
  let lookedAt = performance.now();
  const step = async (tx: Transaction): Promise<boolean> => {
    if (below !== null) {
      below = await embedMissing(tx, below);
      return true;
    }
    if (performance.now() - lookedAt > LOOKING_MS) {
      below = NEWEST;
      lookedAt = performance.now();
    }
    return findNeighbors(tx, index);
  };
  const next = logFailures<boolean | null>("comparing papers", log, {
    work: () => db.bulk(async (tx) => (await tryLockNeighbors(tx)) && step(tx)),
    otherwise: null,
  });
  while (!signal.aborted) {
    const began = performance.now();
    const didSomething = await next();
    const pause = didSomething === null ? RETRY_MS : didSomething ? performance.now() - began : IDLE_MS;
    await sleep(pause, null, { signal }).catch(() => {});
  }
}
