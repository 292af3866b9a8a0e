import { weightOf } from "../model";
import type { Side } from "./batch";
import { type Bag, countIn, idIn } from "./corpus";

/** How far a first step goes, in each dimension. */
const RATE = 0.1;
/** The words begin as far from zero, in each dimension, at most. */
const START = 0.1;
const WEIGHTS = Float64Array.from({ length: 256 }, (_, count) => (count === 0 ? 0 : weightOf(count)));

/** What is known of the words before they are learned: by their ids their rows, -1 for none, and by row how much each says. */
export interface Vocabulary {
  rows: Int32Array;
  rarities: Float64Array;
}

/** The vectors of words while they are learned, by Adagrad (Duchi, Hazan and Singer 2011). */
export class WordTable {
  readonly vectors: Float32Array;
  private readonly gradients: Float32Array;
  /** By row and dimension, the sum of the squares of all gradients so far. */
  private readonly squares: Float32Array;
  private readonly isTouched: Uint8Array;
  private touched: number[] = [];

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly dimensions: number,
    random: () => number,
  ) {
    const size = vocabulary.rarities.length * dimensions;
    this.vectors = Float32Array.from({ length: size }, () => (random() * 2 - 1) * START);
    this.gradients = new Float32Array(size);
    this.squares = new Float32Array(size);
    this.isTouched = new Uint8Array(vocabulary.rarities.length);
  }

  /** Puts the vector of a text, of length 1, at the place `i`, and returns how long it was before; zeros where no word is known. */
  embed(bag: Bag, into: Float32Array, i: number): number {
    const { dimensions, vectors } = this;
    const at = i * dimensions;
    into.fill(0, at, at + dimensions);
    for (const entry of bag) {
      const row = this.vocabulary.rows[idIn(entry)]!;
      if (row < 0) continue;
      const weight = this.weight(row, entry);
      const from = row * dimensions;
      for (let k = 0; k < dimensions; k++) into[at + k]! += weight * vectors[from + k]!;
    }
    let square = 0;
    for (let k = at; k < at + dimensions; k++) square += into[k]! * into[k]!;
    const length = Math.sqrt(square);
    if (length > 0) for (let k = at; k < at + dimensions; k++) into[k]! /= length;
    return length;
  }

  /** Hands the gradient of the text's vector at the place `i`, which was as long as `length`, on to its words. */
  backward(bag: Bag, { vectors, gradients }: Side, i: number, length: number): void {
    if (length === 0) return;
    const { dimensions } = this;
    const at = i * dimensions;
    // What would only make the vector longer does not count: its length is always 1.
    let along = 0;
    for (let k = at; k < at + dimensions; k++) along += gradients[k]! * vectors[k]!;
    for (let k = at; k < at + dimensions; k++) gradients[k] = (gradients[k]! - along * vectors[k]!) / length;
    for (const entry of bag) {
      const row = this.vocabulary.rows[idIn(entry)]!;
      if (row < 0) continue;
      if (this.isTouched[row] === 0) {
        this.isTouched[row] = 1;
        this.touched.push(row);
      }
      const weight = this.weight(row, entry);
      const to = row * dimensions;
      for (let k = 0; k < dimensions; k++) this.gradients[to + k]! += weight * gradients[at + k]!;
    }
  }

  /** Moves the words that gradients were handed to. */
  step(): void {
    const { dimensions, vectors, gradients, squares } = this;
    for (const row of this.touched) {
      this.isTouched[row] = 0;
      for (let k = row * dimensions; k < (row + 1) * dimensions; k++) {
        const gradient = gradients[k]!;
        if (gradient === 0) continue;
        squares[k]! += gradient * gradient;
        vectors[k]! -= (RATE * gradient) / Math.sqrt(squares[k]!);
        gradients[k] = 0;
      }
    }
    this.touched = [];
  }

  private weight(row: number, entry: number): number {
    return WEIGHTS[countIn(entry)]! * this.vocabulary.rarities[row]!;
  }
}
