import type { Meaning } from "../model";
import { signsOf, VectorBlock, WORDS } from "./vector-block";

/** A paper, and how like a meaning it is: the cosine, -1 to 1, to six digits. */
export interface Alike {
  paperId: number;
  likeness: number;
}

/** Blocks by their number. */
export type Blocks = ReadonlyMap<number, VectorBlock>;

/** How many papers are compared by all their values: some, and a multiple of those wanted. */
const COMPARED = { some: 6000, times: 4 };

/**
 * The `count` papers nearest to a meaning, nearest first, of equal ones the latest id first. The signs of their values choose
 * which are compared: the papers in which fewest differ. So one of the nearest may be missing; the order of those found is exact. Papers
 * less alike than `least` are left out.
 */
export function nearest(blocks: Blocks, meaning: Meaning, count: number, least = -1): Alike[] {
  const { distances, histogram } = distancesOf(blocks, meaning);
  const { distance, rows } = nearestRows(histogram, COMPARED.some + COMPARED.times * count);
  const compared = new Compared(meaning, rows);
  let i = 0;
  for (const block of blocks.values()) {
    for (let row = 0; row < VectorBlock.ids; row++, i++) {
      if (distances[i]! <= distance) compared.add(block, block.first + row);
    }
  }
  return compared.first(count, least);
}

/** The same of some papers, all of which are compared; those without a vector are left out. */
export function nearestAmong(blocks: Blocks, meaning: Meaning, count: number, among: Iterable<number>): Alike[] {
  const paperIds = new Set(among);
  const compared = new Compared(meaning, paperIds.size);
  for (const paperId of paperIds) {
    const block = blocks.get(VectorBlock.numberOf(paperId));
    if (block) compared.add(block, paperId);
  }
  return compared.first(count, -1);
}

/** Beyond all distances: where there is no vector. */
const NOWHERE = 0xffff;

interface Distances {
  /** In how many values' signs each row differs from the meaning, block by block. */
  distances: Uint16Array;
  /** How many rows there are at each distance. */
  histogram: Uint32Array;
}

function distancesOf(blocks: Blocks, { values }: Meaning): Distances {
  const distances = new Uint16Array(blocks.size * VectorBlock.ids);
  const histogram = new Uint32Array(values.length + 1);
  const wanted = signsOf(values);
  let i = 0;
  for (const { scales, signs, signWords } of blocks.values()) {
    for (let row = 0; row < VectorBlock.ids; row++, i++) {
      if (scales[row] === 0) {
        distances[i] = NOWHERE;
        continue;
      }
      const distance = differing(signs, row * signWords, wanted);
      distances[i] = distance;
      histogram[distance]!++;
    }
  }
  return { distances, histogram };
}

/** In how many bits words from `at` on differ from others: of four, the bits of each byte are added before they are summed. */
function differing(signs: Int32Array, at: number, wanted: Int32Array): number {
  let bits = 0;
  for (let i = 0; i < wanted.length; i += WORDS) {
    const first = inNibbles(signs[at + i]! ^ wanted[i]!) + inNibbles(signs[at + i + 1]! ^ wanted[i + 1]!);
    const last = inNibbles(signs[at + i + 2]! ^ wanted[i + 2]!) + inNibbles(signs[at + i + 3]! ^ wanted[i + 3]!);
    bits += Math.imul((inBytes(first | 0) + inBytes(last | 0)) | 0, 0x01010101) >>> 24;
  }
  return bits;
}

/** How many bits are set in each four bits of a word. */
function inNibbles(word: number): number {
  const pairs = (word - ((word >>> 1) & 0x55555555)) | 0;
  return ((pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)) | 0;
}

/** The sums of the two halves of each byte. */
function inBytes(nibbles: number): number {
  return ((nibbles & 0x0f0f0f0f) + ((nibbles >>> 4) & 0x0f0f0f0f)) | 0;
}

/** The distance within which there are at least so many rows, or all, and how many these are. */
function nearestRows(histogram: Uint32Array, least: number): { distance: number; rows: number } {
  let rows = 0;
  for (let distance = 0; distance < histogram.length; distance++) {
    rows += histogram[distance]!;
    if (rows >= least) return { distance, rows };
  }
  return { distance: histogram.length - 1, rows };
}

/** Papers that are compared with a meaning. */
class Compared {
  private readonly paperIds: Int32Array;
  private readonly likenesses: Float64Array;
  private size = 0;

  constructor(
    private readonly meaning: Meaning,
    most: number,
  ) {
    this.paperIds = new Int32Array(most);
    this.likenesses = new Float64Array(most);
  }

  /** A vector that came after its row was counted may find no place. */
  add(block: VectorBlock, paperId: number): void {
    const likeness = block.likeness(paperId, this.meaning);
    if (likeness === null || this.size === this.paperIds.length) return;
    this.paperIds[this.size] = paperId;
    this.likenesses[this.size++] = likeness;
  }

  first(count: number, lowest: number): Alike[] {
    const least = Math.max(this.leastOf(count), lowest);
    const found: Alike[] = [];
    for (let i = 0; i < this.size; i++) {
      const likeness = this.likenesses[i]!;
      if (likeness >= least) found.push({ paperId: this.paperIds[i]!, likeness });
    }
    return found.sort((a, b) => b.likeness - a.likeness || b.paperId - a.paperId).slice(0, count);
  }

  /** The likeness of the last of the first ones, found without comparing papers with each other. */
  private leastOf(count: number): number {
    if (this.size <= count) return Number.NEGATIVE_INFINITY;
    return this.likenesses.slice(0, this.size).sort()[this.size - count]!;
  }
}
