/**
 * Runs work with a signal that aborts after so many milliseconds, by a TimeoutError, or with another signal. Not by
 * AbortSignal.any: Node 20 forgets a time-out that only such a signal knows, once garbage is collected, and never aborts.
 */
export async function withTimeLimit<T>(
  milliseconds: number,
  other: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(other!.reason);
  const expire = () => controller.abort(new DOMException(`It took longer than ${milliseconds} ms`, "TimeoutError"));
  const timer = setTimeout(expire, milliseconds);
  if (other?.aborted) abort();
  other?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    other?.removeEventListener("abort", abort);
  }
}
