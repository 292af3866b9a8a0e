import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";

export interface Pace {
  /** Milliseconds between the end of a run that did something and the start of the next, at least. */
  spacing: number;
  /** Milliseconds after those, until it runs again although nobody woke it. */
  idle: number;
}

/** A connection that breaks is made anew at once: in work that is done many times a second that is not worth a line. */
const FAILURES_TO_LOG = 3;
/** How often a log is told of work that goes on failing, or that fails now and then. */
const TELLING_MS = 5 * 60_000;

/**
 * Work that is done again and again, by one loop or by several, as work that does not fail: it gives `otherwise` then. The
 * log is told of the first failure (of `patience` in a row, where that is more), of one in five minutes of those that
 * follow, and of its end.
 */
export function unfailing<T>(
  what: string,
  log: Log,
  { work, otherwise, patience = 1 }: { work: () => Promise<T>; otherwise: T; patience?: number },
): () => Promise<T> {
  let failures = 0;
  let isTold = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  return async () => {
    try {
      const result = await work();
      if (isTold) log.info(`${what} works again`);
      isTold = false;
      failures = 0;
      return result;
    } catch (err) {
      failures++;
      if (failures >= patience && performance.now() - toldAt >= TELLING_MS) {
        log.error({ err, failures }, `${what} fails; trying again until it does not`);
        isTold = true;
        toldAt = performance.now();
      }
      return otherwise;
    }
  };
}

/** So many times as long as it looked in vain a loop rests, up to a bound. */
const REST_FACTOR = 9;
const MAX_REST_MS = 5000;

/** Work that is done again and again until `stop`. */
export interface Loop {
  /** Lets the work run as soon as its spacing allows. */
  wake(): void;
  /** Resolves when the run that is under way is over. */
  stop(): Promise<void>;
}

/** `work` tells whether it did something. It goes on after failures; the third in a row is logged, and then see above. */
export function startLoop(what: string, { spacing, idle }: Pace, log: Log, work: () => Promise<boolean>): Loop {
  const end = new AbortController();
  let isWoken = false;
  let wakeUp = () => {};
  const attempt = unfailing(what, log, { work, otherwise: true, patience: FAILURES_TO_LOG });

  async function rest(didSomething: boolean, took: number): Promise<void> {
    if (didSomething) await sleep(spacing, null, { signal: end.signal }).catch(() => {});
    if (isWoken || end.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      // Looking in vain may be dear, too: over the rows that a long transaction keeps from being cleared away, say.
      timer = setTimeout(resolve, didSomething ? idle : Math.max(idle, Math.min(took * REST_FACTOR, MAX_REST_MS)));
    });
    clearTimeout(timer);
  }

  const done = (async () => {
    while (!end.signal.aborted) {
      isWoken = false;
      const began = performance.now();
      await rest(await attempt(), performance.now() - began);
    }
  })();

  return {
    wake() {
      isWoken = true;
      wakeUp();
    },
    async stop() {
      end.abort();
      wakeUp();
      await done;
    },
  };
}
