import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";
import { throttle } from "./throttle";

export interface Pace {
  /** Least milliseconds between the end of a run that did something and the start of the next. */
  spacing: number;
  /** Milliseconds after the spacing until it runs again without being woken. */
  idle: number;
}

/** Failures in a row that are logged: one broken connection, replaced at once, is not worth a line in frequent work. */
const FAILURES_TO_LOG = 3;
/** Least time between two logged failures of the same work, and between two recoveries. */
const TELLING_MS = 5 * 60_000;

interface Logged<T, Given extends unknown[]> {
  work: (...given: Given) => Promise<T>;
  otherwise: T;
  patience?: number;
  /** Aborts the work: that it fails then is not logged. */
  signal?: AbortSignal;
}

/**
 * Wraps repeated work, of one loop or several, so that it resolves with `otherwise` instead of failing. Logs the first failure
 * (after `patience` failures in a row), then at most one in five minutes, and the recovery; the next one five minutes later at the
 * earliest, if it lasts. So the log's last word is never that work succeeds which fails.
 */
export function logFailures<T, Given extends unknown[] = []>(
  what: string,
  log: Log,
  { work, otherwise, patience = 1, signal }: Logged<T, Given>,
): (...given: Given) => Promise<T> {
  let failures = 0;
  let isTold = false;
  let mayTell = throttle(TELLING_MS);
  const mayTellRecovery = throttle(TELLING_MS);
  return async (...given) => {
    try {
      const result = await work(...given);
      if (isTold && mayTellRecovery() !== null) {
        log.info(`${what} works again`);
        isTold = false;
        mayTell = throttle(TELLING_MS);
      }
      failures = 0;
      return result;
    } catch (err) {
      if (signal?.aborted) return otherwise;
      failures++;
      if (failures >= patience && mayTell() !== null) {
        log.error({ err, failures }, `${what} fails; trying again until it succeeds`);
        isTold = true;
      }
      return otherwise;
    }
  };
}

/** Does work at once and again `pause` milliseconds after each end, until the signal aborts; a running one is finished. */
export async function repeat(signal: AbortSignal, pause: number, work: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await work();
    await sleep(pause, null, { signal }).catch(() => {});
  }
}

/** After a run that found nothing to do, a loop rests this many times its duration, up to MAX_REST_MS. */
const REST_FACTOR = 9;
const MAX_REST_MS = 5000;

/** Work that is repeated until `stop`. */
export interface Loop {
  /** Lets the work run as soon as its spacing allows. */
  wake(): void;
  /** Resolves when the current run has ended. */
  stop(): Promise<void>;
}

/** `work` resolves with whether it did something. Failures do not stop the loop; they are logged from the third in a row on. */
export function startLoop(what: string, { spacing, idle }: Pace, log: Log, work: () => Promise<boolean>): Loop {
  const end = new AbortController();
  let isWoken = false;
  let wakeUp = () => {};
  const attempt = logFailures(what, log, { work, otherwise: true, patience: FAILURES_TO_LOG });

  async function rest(didSomething: boolean, took: number): Promise<void> {
    if (didSomething) await sleep(spacing, null, { signal: end.signal }).catch(() => {});
    if (isWoken || end.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      // Finding nothing can be expensive, too: over dead rows that a long transaction keeps from being vacuumed, for instance.
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
