import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Choices that are the same for the same seed. */
export interface Random {
  /** A whole number from `least` to `most`. */
  int(least: number, most: number): number;
  /** True so often. */
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const int = (least: number, most: number) => uniformInt(generator, least, most);
  return {
    int,
    chance: (probability) => int(0, 999_999) < probability * 1_000_000,
    pick: (from) => from[int(0, from.length - 1)]!,
  };
}
