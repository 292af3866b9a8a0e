import { parentPort } from "node:worker_threads";
import { nearest, nearestAmong } from "../meaning/index/nearest";
import type { ScanAnswer, ScanRequest } from "../meaning/index/scan-thread";
import { VectorBlock } from "../meaning/index/vector-block";

/** The thread of `ScanThread`. */
const blocks = new Map<number, VectorBlock>();

parentPort?.on("message", ({ number, isAnew, blocks: added, meaning, count, least, among }: ScanRequest) => {
  if (isAnew) blocks.clear();
  for (const { first, dimensions, memory } of added)
    blocks.set(VectorBlock.numberOf(first), new VectorBlock(first, dimensions, memory));
  const found = among ? nearestAmong(blocks, meaning, count, among) : nearest(blocks, meaning, count, least);
  const paperIds = Int32Array.from(found, (each) => each.paperId);
  const likenesses = Float64Array.from(found, (each) => each.likeness);
  const answer: ScanAnswer = { number, paperIds, likenesses };
  parentPort?.postMessage(answer, [paperIds.buffer, likenesses.buffer]);
});
