import { setTimeout as sleep } from "node:timers/promises";

/** Resolves with the promise, or after so many milliseconds without it. */
export async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const expiry = new AbortController();
  const timeout = sleep(milliseconds, null, { signal: expiry.signal }).catch(() => {});
  await Promise.race([promise, timeout]).finally(() => expiry.abort());
}
