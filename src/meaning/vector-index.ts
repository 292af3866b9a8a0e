import type { Turn } from "../async/turns";
import { LIKENESS } from "../papers/likeness";
import type { Alike } from "./index/nearest";
import type { Meaning } from "./model";

export type { Alike } from "./index/nearest";

/** As many papers are near at most. */
const MOST_NEAR = 5000;

/** Which papers are looked for, and for whom. */
export interface Search {
  /** The ids of papers: all others are left out. */
  among?: readonly number[];
  /** Papers that are less alike are left out; only without `among`. */
  least?: number;
  /** Whose turn it is to have papers compared; the process's own when not given. */
  turn?: Turn;
}

/**
 * The vectors of one model, to find which papers are near. What was committed a second ago is found; but a paper may have been
 * deleted a second ago, too: join what is found with the papers.
 */
export interface VectorIndex {
  readonly model: string;
  /**
   * The `count` papers nearest to a meaning, nearest first, of equally near ones the latest id first. With `among` they are those
   * of an exhaustive scan; else one may be missing, as far as the index says so, but none is out of order.
   */
  nearest(meaning: Meaning, count: number, search?: Search): Promise<Alike[]>;
  /**
   * The mean of the papers' meanings, of which each counts as much; null when none of them has any, or they cancel out. A paper that
   * has just come is known.
   */
  meanOf(paperIds: readonly number[]): Promise<Meaning | null>;
  /** Whether all these papers are known to have a vector, without asking the database. */
  holds(paperIds: readonly number[]): boolean;
  /** Has what was committed before the call found. */
  refresh(): Promise<void>;
  /** Of its vectors; 0 when it has none. */
  readDimensions(): Promise<number>;
  close(): Promise<void>;
}

/** The ids of the papers that are as like the given ones as LIKENESS: the nearest 5,000 at most. */
export async function papersNear(index: VectorIndex, paperIds: readonly number[], turn?: Turn): Promise<number[]> {
  const meaning = await index.meanOf(paperIds);
  const found = meaning ? await index.nearest(meaning, MOST_NEAR, { least: LIKENESS, turn }) : [];
  return found.map(({ paperId }) => paperId);
}
