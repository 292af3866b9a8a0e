import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../log";

export interface Pace {
  /** Milliseconds between the end of one run and the start of the next, at least. */
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

/** Of failures in a row the first is logged; the work goes on at its pace. */
export function startLoop(what: string, { spacing, idle }: Pace, log: Log, work: () => Promise<unknown>): Loop {
  const end = new AbortController();
  let isWoken = false;
  let hasFailed = false;
  let wakeUp = () => {};

  async function attempt(): Promise<void> {
    isWoken = false;
    try {
      await work();
      hasFailed = false;
    } catch (err) {
      if (!hasFailed && !end.signal.aborted) log.warn({ err }, `${what} failed; trying again`);
      hasFailed = true;
    }
  }

  async function rest(): Promise<void> {
    await sleep(spacing, null, { signal: end.signal }).catch(() => {});
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
      await attempt();
      await rest();
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
