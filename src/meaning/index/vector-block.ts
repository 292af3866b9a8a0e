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
    const scale = vector.length === this.dimensions ? scaleOf(vector) : 0;
    this.scales[row] = scale;
    if (scale === 0) return -before;
    this.values.set(vector, row * this.dimensions);
    this.signs.set(signsOf(vector), row * this.signWords);
    return 1 - before;
  }

  has(paperId: number): boolean {
    return this.scales[paperId - this.first] !== 0;
  }

  /** The likeness of a paper and a meaning; null when the paper has no vector. */
  likeness(paperId: number, meaning: Meaning): number | null {
    const row = paperId - this.first;
    const scale = this.scales[row]!;
    return scale === 0 ? null : cosine(this.values, row * this.dimensions, scale, meaning);
  }

  /** A paper's vector, in the block's own memory; null when it has none. */
  meaningOf(paperId: number): Meaning | null {
    const row = paperId - this.first;
    const scale = this.scales[row]!;
    if (scale === 0) return null;
    return { values: this.values.subarray(row * this.dimensions, (row + 1) * this.dimensions), scale };
  }
}

/**
 * How like a paper is to a meaning: the cosine, -1 to 1, to six digits, as it is told and compared with LIKENESS. The same in
 * every process, whether its vector is held in memory or read from the database.
 */
export function likenessOf(paper: Meaning, meaning: Meaning): number {
  return cosine(paper.values, 0, paper.scale, meaning);
}

function cosine(values: Int8Array, from: number, scale: number, meaning: Meaning): number {
  return Math.round(dot(values, from, meaning.values) * scale * meaning.scale * 1e6) / 1e6;
}

/** 1 / norm of a stored vector, in single precision, as blocks hold it; 0 when it has no length. */
export function scaleOf(values: Int8Array): number {
  const square = dot(values, 0, values);
  return square === 0 ? 0 : Math.fround(1 / Math.sqrt(square));
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
function dot(values: Int8Array, from: number, other: Int8Array): number {
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
