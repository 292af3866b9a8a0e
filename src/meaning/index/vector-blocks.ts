import type { Meaning } from "../model";
import { VectorBlock } from "./vector-block";

/** The vectors of one model in memory, by paper. */
export class VectorBlocks {
  /** By their number. */
  readonly all = new Map<number, VectorBlock>();
  /** Of the model, as its first vector tells; 0 until then. */
  dimensions = 0;
  /** How many papers have a vector. */
  size = 0;

  /** Puts a paper's vector into its place; one without length is none. */
  write(paperId: number, vector: Int8Array): void {
    if (this.dimensions === 0) this.dimensions = vector.length;
    const number = VectorBlock.numberOf(paperId);
    let block = this.all.get(number);
    if (!block && vector.length === 0) return;
    if (!block) {
      block = new VectorBlock(number * VectorBlock.ids, this.dimensions);
      this.all.set(number, block);
    }
    this.size += block.write(paperId, vector);
  }

  has(paperId: number): boolean {
    return this.blockOf(paperId)?.has(paperId) ?? false;
  }

  meaningOf(paperId: number): Meaning | null {
    return this.blockOf(paperId)?.meaningOf(paperId) ?? null;
  }

  private blockOf(paperId: number): VectorBlock | undefined {
    return this.all.get(VectorBlock.numberOf(paperId));
  }
}
