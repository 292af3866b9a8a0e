import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";

export interface Pace {
  /** Milliseconds between the end of a run that did something and the start of the next, at least. */
  spacing: number;
  /** Milliseconds after those, until it runs again although nobody woke it. */
  idle: number;
}

/** A connection that breaks is made anew at once: that is not worth a line. */
const FAILURES_TO_LOG = 3;

/** Work that is done again and again until `stop`. */
export interface Loop {
  /** Lets the work run as soon as its spacing allows. */
  wake(): void;
  /** Resolves when the run that is under way is over. */
  stop(): Promise<void>;
}

/** `work` tells whether it did something. It goes on after failures; the third in a row is logged, for the rest of them. */
export function startLoop(what: string, { spacing, idle }: Pace, log: Log, work: () => Promise<boolean>): Loop {
  const end = new AbortController();
  let isWoken = false;
  let failures = 0;
  let wakeUp = () => {};

  async function attempt(): Promise<boolean> {
    isWoken = false;
    try {
      const didSomething = await work();
      failures = 0;
      return didSomething;
    } catch (err) {
      if (++failures === FAILURES_TO_LOG) log.warn({ err }, `${what} fails; trying again until it does not`);
      return true;
    }
  }

  async function rest(didSomething: boolean): Promise<void> {
    if (didSomething) await sleep(spacing, null, { signal: end.signal }).catch(() => {});
    if (isWoken || end.signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, idle);
    });
    clearTimeout(timer);
  }

  const done = (async () => {
    while (!end.signal.aborted) {
      await rest(await attempt());
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
