import { wordsOf } from "./words";

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
  private readonly rows: ReadonlyMap<string, number>;
  private readonly scales: Float32Array;
  private readonly vectors: Int8Array;
  /** How often each word stands in the text that is read. */
  private readonly counts: Uint16Array;
  private readonly sum: Float64Array;

  constructor({ dimensions, words, scales, vectors }: WordVectors) {
    this.dimensions = dimensions;
    this.rows = new Map(words.map((word, row) => [word, row]));
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
    return this.embedWords(wordsOf(title).concat(wordsOf(abstract)));
  }

  /** The same of a text's words, as `wordsOf` reads them, in any order. */
  embedWords(words: Iterable<string>): Meaning | null {
    const { rows, scales, vectors, counts, sum, dimensions } = this;
    const found: number[] = [];
    for (const word of words) {
      const row = rows.get(word);
      if (row !== undefined && counts[row]!++ === 0) found.push(row);
    }
    sum.fill(0);
    for (const row of found) {
      const weight = weightOf(counts[row]!) * scales[row]!;
      counts[row] = 0;
      const start = row * dimensions;
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
    const value = Math.round((sum[i]! * MAX_VALUE) / most);
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
