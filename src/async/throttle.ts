/**
 * Lets one call through in `interval` milliseconds, for logging. The returned function gives null for a call that is held
 * back; for one that passes, the number of calls held back since the last one that passed.
 */
export function throttle(interval: number): () => number | null {
  let last = Number.NEGATIVE_INFINITY;
  let heldBack = 0;
  return () => {
    if (performance.now() - last < interval) {
      heldBack++;
      return null;
    }
    const count = heldBack;
    last = performance.now();
    heldBack = 0;
    return count;
  };
}
