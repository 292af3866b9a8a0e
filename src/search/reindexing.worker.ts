import { setTimeout as sleep } from "node:timers/promises";
import { logFailures } from "../async/background-loop";
import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { reindexNext } from "./reindexing.service";

/** Pause after a failure. */
const PAUSE_MS = 5000;

/** Reindexes the papers of the backlog until none is left or the signal aborts; busy for at most half of the time. */
export async function reindexInBackground(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  const next = logFailures<boolean | null>("reindexing papers for the search", log, {
    work: () => reindexNext(db),
    otherwise: null,
  });
  for (let isLeft: boolean | null = true; isLeft !== false && !signal.aborted; ) {
    const began = performance.now();
    isLeft = await next();
    const pause = isLeft === null ? PAUSE_MS : performance.now() - began;
    if (isLeft !== false) await sleep(pause, null, { signal }).catch(() => {});
  }
}
