import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";

export interface Pace {
  /** Milliseconds between the end of a run that did something and the start of the next, at least. */
  spacing: number;
  /** Milliseconds after those, until it runs again although nobody woke it. */
  idle: number;
}

/** Work that is done again and again until `stop`. */
export interface Loop {
  /** Lets the work run as soon as its spacing allows. */
  wake(): void;
  /** Resolves when the run that is under way is over. */
  stop(): Promise<void>;
}

/** `work` tells whether it did something. Of failures in a row the first is logged; the work goes on at its pace. */
export function startLoop(what: string, { spacing, idle }: Pace, log: Log, work: () => Promise<boolean>): Loop {
  const end = new AbortController();
  let isWoken = false;
  let hasFailed = false;
  let wakeUp = () => {};

  async function attempt(): Promise<boolean> {
    isWoken = false;
    try {
      const didSomething = await work();
      hasFailed = false;
      return didSomething;
    } catch (err) {
      if (!hasFailed && !end.signal.aborted) log.warn({ err }, `${what} failed; trying again`);
      hasFailed = true;
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
