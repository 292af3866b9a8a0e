import { Batch } from "./batch";
import type { BagPaper } from "./corpus";
import { randomFrom, shuffle } from "./random";
import { type Vocabulary, WordTable } from "./word-table";

/** Papers whose titles and abstracts are told apart at a time. */
const BATCH = 768;

export interface ContrastOptions {
  dimensions: number;
  epochs: number;
  seed: number;
  /** Called after each epoch, counted from 1, with the mean loss. */
  onEpoch?: (epoch: number, loss: number) => void;
  signal?: AbortSignal;
}

/**
 * Learns the words' vectors by contrast: a paper's title must be nearer to its own abstract than to the others of its batch, and
 * the abstract nearer to its own title (in-batch softmax both ways). The same papers and options give the same numbers. Aborting
 * the signal ends it between two batches, with the signal's reason.
 */
export async function learnByContrast(
  papers: readonly BagPaper[],
  vocabulary: Vocabulary,
  { dimensions, epochs, seed, onEpoch, signal }: ContrastOptions,
): Promise<Float32Array> {
  const random = randomFrom(seed);
  const words = new WordTable(vocabulary, dimensions, random);
  const batch = new Batch(Math.min(BATCH, papers.length), dimensions);
  const order = Uint32Array.from(papers.keys());
  for (let epoch = 1; epoch <= epochs; epoch++) {
    shuffle(order, random);
    let loss = 0;
    for (let start = 0; start < order.length; start += batch.size) {
      // A signal of the system is heard only between two turns.
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      const some = Array.from(order.subarray(start, start + batch.size), (i) => papers[i]!);
      loss += learnFrom(some, words, batch) * some.length;
    }
    onEpoch?.(epoch, loss / order.length);
  }
  return words.vectors;
}

function learnFrom(papers: readonly BagPaper[], words: WordTable, batch: Batch): number {
  const { titles, abstracts } = batch;
  const lengths = papers.map(({ title, abstract }, i) => [
    words.embed(title, titles.vectors, i),
    words.embed(abstract, abstracts.vectors, i),
  ]);
  const loss = batch.compare(papers.length);
  for (const [i, { title, abstract }] of papers.entries()) {
    words.backward(title, titles, i, lengths[i]![0]!);
    words.backward(abstract, abstracts, i, lengths[i]![1]!);
  }
  words.step();
  return loss;
}
