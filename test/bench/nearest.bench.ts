import { nearest } from "../../src/meaning/index/nearest";
import { ScanThread } from "../../src/meaning/index/scan-thread";
import { VectorBlock } from "../../src/meaning/index/vector-block";
import { toMeaning } from "../../src/meaning/model";
import { randomFrom } from "../../src/meaning/train/random";
import { median } from "./load";

/**
 * How long the nearest of so many made papers take, in the event loop and in a thread, and what memory their vectors take:
 * `node --import tsx test/bench/nearest.bench.ts [PAPERS...]`. The threads need a build (`sh build.sh`).
 */
const DIMENSIONS = 128;
const ROUNDS = 15;
const random = randomFrom(1);
const madeMeaning = () => toMeaning(Float64Array.from({ length: DIMENSIONS }, () => random() + random() - 1))!;

function make(papers: number): Map<number, VectorBlock> {
  const blocks = new Map<number, VectorBlock>();
  for (let id = 1; id <= papers; id++) {
    const number = VectorBlock.numberOf(id);
    const block = blocks.get(number) ?? new VectorBlock(number * VectorBlock.ids, DIMENSIONS);
    blocks.set(number, block);
    block.write(id, madeMeaning().values);
  }
  return blocks;
}

async function timeOf(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return median(times);
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  for (const papers of given.length > 0 ? given : [10_000, 100_000, 1_000_000]) {
    const before = process.memoryUsage().rss;
    const blocks = make(papers);
    const bytes = [...blocks.values()].reduce((sum, { memory }) => sum + memory.byteLength, 0);
    const grown = process.memoryUsage().rss - before;
    const thread = new ScanThread(() => blocks);
    for (const count of [20, 1000]) {
      const own = await timeOf(() => nearest(blocks, madeMeaning(), count));
      const other = await timeOf(() =>
        thread.ask({ meaning: madeMeaning(), count }, { key: "bench", until: Number.POSITIVE_INFINITY }),
      );
      console.log(
        `${papers} papers, the nearest ${count}: ${own.toFixed(1)} ms, in a thread ${other.toFixed(1)} ms; ` +
          `vectors ${(bytes / 1e6).toFixed(1)} MB, memory grew by ${(grown / 1e6).toFixed(1)} MB`,
      );
    }
    await thread.close();
  }
}

void main();
