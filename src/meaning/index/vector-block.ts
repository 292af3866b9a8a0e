import type { Meaning } from "../model";

/** Ids of papers in a row that share a block. Ids have few gaps, so their order needs no list, and no paper a place in one. */
const IDS = 1024;
/** Words of 32 signs that are compared together. */
export const WORDS = 4;

/** The vectors of papers whose ids follow each other, in memory that threads share. */
export class VectorBlock {
  static readonly ids = IDS;
  /** 1 / norm of each vector; 0 where there is none. */
  readonly scales: Float32Array;
  /** The signs of the values, a bit each, in words of 32 whose number is a multiple of WORDS. */
  readonly signs: Int32Array;
  readonly values: Int8Array;
  readonly signWords: number;

  constructor(
    /** The id of the first. */
    readonly first: number,
    readonly dimensions: number,
    readonly memory = new SharedArrayBuffer(IDS * (4 + 4 * signWordsOf(dimensions) + dimensions)),
  ) {
    this.signWords = signWordsOf(dimensions);
    this.scales = new Float32Array(memory, 0, IDS);
    this.signs = new Int32Array(memory, 4 * IDS, IDS * this.signWords);
    this.values = new Int8Array(memory, 4 * IDS * (1 + this.signWords), IDS * dimensions);
  }

  /** The number of a paper's block, counted from that of id 0. */
  static numberOf(paperId: number): number {
    return Math.floor(paperId / IDS);
  }

  /** Puts a paper's vector into its place; one without length is none. Returns by how many papers there are more now. */
  write(paperId: number, vector: Int8Array): number {
    const row = paperId - this.first;
    const before = this.scales[row] === 0 ? 0 : 1;
    const square = vector.length === this.dimensions ? dot(vector, 0, vector) : 0;
    this.scales[row] = square === 0 ? 0 : 1 / Math.sqrt(square);
    if (square === 0) return -before;
    this.values.set(vector, row * this.dimensions);
    this.signs.set(signsOf(vector), row * this.signWords);
    return 1 - before;
  }

  has(paperId: number): boolean {
    return this.scales[paperId - this.first] !== 0;
  }

  /** The cosine of a paper's vector and another one, -1 to 1; null when it has none. The same in every process. */
  likeness(paperId: number, { values, scale }: Meaning): number | null {
    const row = paperId - this.first;
    const own = this.scales[row]!;
    if (own === 0) return null;
    return dot(this.values, row * this.dimensions, values) * own * scale;
  }

  /** Adds a paper's vector, of length 1, to a sum. */
  addTo(sum: Float64Array, paperId: number): void {
    const row = paperId - this.first;
    const scale = this.scales[row]!;
    for (let i = 0; i < this.dimensions; i++) sum[i]! += scale * this.values[row * this.dimensions + i]!;
  }
}

function signWordsOf(dimensions: number): number {
  return Math.ceil(dimensions / (32 * WORDS)) * WORDS;
}

/** A bit for each value: whether it is negative. */
export function signsOf(vector: Int8Array): Int32Array {
  const signs = new Int32Array(signWordsOf(vector.length));
  for (let i = 0; i < vector.length; i++) if (vector[i]! < 0) signs[i >>> 5]! |= 1 << (i & 31);
  return signs;
}

/** The product of a vector and of values from an index on. Four sums, as adding to one would wait for the addition before. */
export function dot(values: Int8Array, from: number, other: Int8Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = other.length & ~3;
  let i = 0;
  for (; i < whole; i += 4) {
    a = (a + Math.imul(values[from + i]!, other[i]!)) | 0;
    b = (b + Math.imul(values[from + i + 1]!, other[i + 1]!)) | 0;
    c = (c + Math.imul(values[from + i + 2]!, other[i + 2]!)) | 0;
    d = (d + Math.imul(values[from + i + 3]!, other[i + 3]!)) | 0;
  }
  for (; i < other.length; i++) a += values[from + i]! * other[i]!;
  return a + b + c + d;
}
