/** The pause before the next attempt, in ms: `first` after one attempt, doubled with each further one, at most `most`. */
export function doubledPause(attempts: number, { first, most }: { first: number; most: number }): number {
  return Math.min(first * 2 ** (attempts - 1), most);
}

/** A pause between three and five quarters of another: what failed together is not tried again together. */
export function withJitter(pause: number): number {
  return pause * (0.75 + Math.random() / 2);
}
