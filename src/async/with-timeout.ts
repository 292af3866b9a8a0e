import { setTimeout as sleep } from "node:timers/promises";

/** Resolves when the promise does, or after so many milliseconds at the latest; rejects when the promise does before. */
export async function withTimeout(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const expiry = new AbortController();
  const timeout = sleep(milliseconds, null, { signal: expiry.signal }).catch(() => {});
  await Promise.race([promise, timeout]).finally(() => expiry.abort());
}
