/** The places of the `count` highest scores above zero, the highest first; of equals the first one. */
export function highest(scores: Float64Array | Float32Array, count: number): number[] {
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score <= 0 || (best.length === count && score <= scores[best[count - 1]!]!)) continue;
    let low = 0;
    let high = best.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scores[best[middle]!]! >= score) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009). */
const K = 60;

/** Both orders as one: by the sum of the reciprocal ranks; of equals that which comes first in `a`. */
export function fuse(a: readonly number[], b: readonly number[]): number[] {
  const scores = new Map<number, number>();
  for (const order of [a, b]) {
    for (const [rank, each] of order.entries()) scores.set(each, (scores.get(each) ?? 0) + 1 / (K + rank + 1));
  }
  return [...scores].sort(([, x], [, y]) => y - x).map(([each]) => each);
}
