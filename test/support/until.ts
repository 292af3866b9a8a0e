import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 20;

/** Waits until something is so; fails after so many seconds. */
export async function until(isSo: () => Promise<boolean>, seconds = 50): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`This has not come true in ${seconds} seconds.`);
    await sleep(PAUSE_MS);
  }
}
