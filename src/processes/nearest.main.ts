import { parentPort } from "node:worker_threads";
import { nearest, nearestAmong } from "../meaning/index/nearest";
import type { ScanAnswer, ScanRequest } from "../meaning/index/scan-thread";
import { VectorBlock } from "../meaning/index/vector-block";

/** The thread of `ScanThread`. */
const blocks = new Map<number, VectorBlock>();

parentPort?.on("message", ({ number, blocks: added, meaning, count, among }: ScanRequest) => {
  for (const { first, dimensions, memory } of added)
    blocks.set(VectorBlock.numberOf(first), new VectorBlock(first, dimensions, memory));
  const found = among ? nearestAmong(blocks, meaning, count, among) : nearest(blocks, meaning, count);
  const answer: ScanAnswer = { number, found };
  parentPort?.postMessage(answer);
});
