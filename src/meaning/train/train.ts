import { ExpectedError } from "../../config/expected-error";
import type { WordVectors } from "../model";
import { readModel, sizeOf, writeModel } from "../model-file";
import { type ContrastOptions, learnByContrast } from "./contrast";
import type { Corpus } from "./corpus";
import { type Measures, measure } from "./measure";
import { frequenciesIn, rarityOf } from "./rarity";

/** Words of fewer papers have too little to learn from. */
const MIN_PAPERS = 4;
/** What a model may weigh, in bytes: of the rarest words only those are learned that fit. */
const MAX_BYTES = 4_000_000;
const MAX_VALUE = 127;

export interface TrainOptions extends ContrastOptions {
  /** How many papers are held back, to measure by. */
  unseen: number;
}

export interface Trained {
  file: Buffer;
  /** How many papers it has learned from. */
  papers: number;
  words: number;
  /** The papers that were held back have a smaller hash, those that it has learned from none. */
  heldBackBelow: number;
  measures: Measures;
}

/**
 * Learns a model, and measures it on papers that it did not see: those with the smallest hashes. Throws an ExpectedError when there
 * are too few papers, or when their words are too rare.
 */
export async function train(corpus: Corpus, options: TrainOptions): Promise<Trained> {
  const papers = corpus.sorted();
  if (papers.length < 2 * options.unseen)
    throw new ExpectedError(
      `${papers.length} papers are too few to hold ${options.unseen} back, which are not learned from: pass more, or fewer with --unseen.`,
    );
  const unseen = papers.slice(0, options.unseen);
  const seen = papers.slice(options.unseen);
  const frequencies = frequenciesIn(seen, corpus.wordCount);
  const words = corpus.words();
  const learned = learnedWords(words, frequencies, options.dimensions);
  if (learned.length === 0)
    throw new ExpectedError(`No word stands in ${MIN_PAPERS} of the papers: pass more of them.`);
  const rows = new Int32Array(words.length).fill(-1);
  for (const [row, id] of learned.entries()) rows[id] = row;
  const rarities = Float64Array.from(learned, (id) => rarityOf(frequencies[id]!, seen.length));
  const vectors = await learnByContrast(seen, { rows, rarities }, options);
  const file = writeModel({
    words: learned.map((id) => words[id]!),
    ...quantize(vectors, rarities, options.dimensions),
  });
  const measures = measure(readModel(file, "the model"), unseen, words, { frequencies, count: seen.length });
  return { file, papers: seen.length, words: learned.length, heldBackBelow: seen[0]!.hash, measures };
}

/** The ids of the words that are learned, the most frequent ones first. */
function learnedWords(words: readonly string[], frequencies: Uint32Array, dimensions: number): number[] {
  const order = [...words.keys()]
    .filter((id) => frequencies[id]! >= MIN_PAPERS)
    .sort((a, b) => frequencies[b]! - frequencies[a]! || (words[a]! < words[b]! ? -1 : 1));
  let size = sizeOf(dimensions, 0, 0);
  const most = order.findIndex((id) => {
    size += sizeOf(dimensions, 1, Buffer.byteLength(words[id]!) + 1) - sizeOf(dimensions, 0, 0);
    return size > MAX_BYTES;
  });
  return most < 0 ? order : order.slice(0, most);
}

/** Each vector as int8, and what its values must be multiplied by, how rare the word is included. */
function quantize(vectors: Float32Array, rarities: Float64Array, dimensions: number): Omit<WordVectors, "words"> {
  const rounded = new Int8Array(vectors.length);
  const scales = new Float32Array(rarities.length);
  for (let row = 0; row < rarities.length; row++) {
    const start = row * dimensions;
    let most = 0;
    for (let k = start; k < start + dimensions; k++) most = Math.max(most, Math.abs(vectors[k]!));
    for (let k = start; k < start + dimensions; k++) rounded[k] = Math.round((vectors[k]! * MAX_VALUE) / most);
    scales[row] = (rarities[row]! * most) / MAX_VALUE;
  }
  return { dimensions, scales, vectors: rounded };
}
