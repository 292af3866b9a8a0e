import { WordRows } from "./word-rows";
import { readLetters } from "./words";

/** What a model has learned: for each word its vector, row by row, and the scale of that. */
export interface WordVectors {
  dimensions: number;
  words: readonly string[];
  scales: Float32Array;
  vectors: Int8Array;
}

/**
 * What a text is about. The cosine of two, -1 to 1, is the sum of the products of their values, times both scales; vectors of
 * different models must not be compared.
 */
export interface Meaning {
  values: Int8Array;
  scale: number;
}

/** The largest value of an int8 that has its negative, too. */
const MAX_VALUE = 127;

/** Vectors of words, from which those of texts are made: the weighted sum of a text's words, which is as long for each text. */
export class MeaningModel {
  readonly dimensions: number;
  private readonly rows: WordRows;
  private readonly scales: Float32Array;
  private readonly vectors: Int8Array;
  /** How often each word stands in the text that is read. */
  private readonly counts: Uint16Array;
  /** The rows of the words of that text, each once, in their order. */
  private found: number[] = [];
  private readonly sum: Float64Array;

  constructor({ dimensions, words, scales, vectors }: WordVectors) {
    this.dimensions = dimensions;
    this.rows = new WordRows(words);
    this.scales = scales;
    this.vectors = vectors;
    this.counts = new Uint16Array(words.length);
    this.sum = new Float64Array(dimensions);
  }

  /**
   * The meaning of a paper, or of a question, which is written like a title; null where it has no word that the model knows, as
   * when it is empty, or in a script of which the model has not learned. Of long texts the first 20,000 code units count.
   */
  embed(title: string, abstract = ""): Meaning | null {
    for (const text of [title, abstract]) this.rows.forEachIn(readLetters(text), this.note);
    return this.readSum();
  }

  /** The same of a text's words, as `wordsOf` reads them, in any order. */
  embedWords(words: Iterable<string>): Meaning | null {
    for (const word of words) this.note(this.rows.rowOf(word));
    return this.readSum();
  }

  /** Counts a word; -1 is none. */
  private readonly note = (row: number): void => {
    if (row >= 0 && this.counts[row]!++ === 0) this.found.push(row);
  };

  /** The meaning of the words that were noted. */
  private readSum(): Meaning | null {
    const { found, counts, scales, vectors, sum, dimensions } = this;
    this.found = [];
    const weights = found.map((row) => weightOf(counts[row]!) * scales[row]!);
    const starts = found.map((row) => row * dimensions);
    for (const row of found) counts[row] = 0;
    sum.fill(0);
    // Eight words at a time take half as long as each by itself. Words are added in their order, on which the last bits depend.
    let n = 0;
    for (; n + 8 <= found.length; n += 8) {
      const [a, b, c, d] = [starts[n]!, starts[n + 1]!, starts[n + 2]!, starts[n + 3]!];
      const [e, f, g, h] = [starts[n + 4]!, starts[n + 5]!, starts[n + 6]!, starts[n + 7]!];
      const [j, k, l, m] = [weights[n]!, weights[n + 1]!, weights[n + 2]!, weights[n + 3]!];
      const [o, p, q, r] = [weights[n + 4]!, weights[n + 5]!, weights[n + 6]!, weights[n + 7]!];
      for (let i = 0; i < dimensions; i++) {
        const half = sum[i]! + j * vectors[a + i]! + k * vectors[b + i]! + l * vectors[c + i]! + m * vectors[d + i]!;
        sum[i] = half + o * vectors[e + i]! + p * vectors[f + i]! + q * vectors[g + i]! + r * vectors[h + i]!;
      }
    }
    for (; n < found.length; n++) {
      const [start, weight] = [starts[n]!, weights[n]!];
      for (let i = 0; i < dimensions; i++) sum[i]! += weight * vectors[start + i]!;
    }
    return toMeaning(sum);
  }
}

/** How much a word counts that stands several times in a text: the second time says less than the first. */
export function weightOf(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}

/** The meaning of a sum of vectors, rounded to int8; null when there is nothing in it. */
export function toMeaning(sum: Float64Array): Meaning | null {
  let most = 0;
  for (const value of sum) most = Math.max(most, Math.abs(value));
  if (most === 0) return null;
  const values = new Int8Array(sum.length);
  let square = 0;
  for (let i = 0; i < sum.length; i++) {
    // In this order no value is too large.
    const value = Math.round((sum[i]! / most) * MAX_VALUE);
    values[i] = value;
    square += value * value;
  }
  return { values, scale: 1 / Math.sqrt(square) };
}

/** The mean of meanings, each of which counts as much; null when there is none, or they cancel out. Their order matters, as that of sums of fractions does. */
export function meanOf(meanings: readonly Meaning[]): Meaning | null {
  const sum = new Float64Array(meanings[0]?.values.length ?? 0);
  for (const { values, scale } of meanings) for (let i = 0; i < sum.length; i++) sum[i]! += scale * values[i]!;
  return toMeaning(sum);
}
