import path from "node:path";
import { Worker } from "node:worker_threads";
import { root } from "../../root";
import type { Meaning } from "../model";
import type { Alike } from "./nearest";
import type { VectorBlock } from "./vector-block";

/** A block as it is sent: both threads then see its memory. */
type SentBlock = Pick<VectorBlock, "first" | "dimensions" | "memory">;

export interface ScanRequest {
  number: number;
  /** Those that were not sent before. */
  blocks: SentBlock[];
  meaning: Meaning;
  count: number;
  among?: Int32Array;
}

export interface ScanAnswer {
  number: number;
  found: Alike[];
}

interface Waiting {
  resolve: (found: Alike[]) => void;
  reject: (error: Error) => void;
}

/** The built process, which also runs where the rest runs from its source. */
const FILE = path.join(root, "dist/nearest.main.js");

/** Finds the nearest papers in a thread, one question after the other, so that the event loop does not wait. The process may end while it is not asked. */
export class ScanThread {
  private readonly worker = new Worker(FILE);
  private readonly sent = new Set<VectorBlock>();
  private readonly waiting = new Map<number, Waiting>();
  private number = 0;
  /** Why it ended, if it did. */
  private ended: Error | null = null;

  constructor() {
    this.worker.on("message", ({ number, found }: ScanAnswer) => {
      this.waiting.get(number)?.resolve(found);
      this.waiting.delete(number);
      if (this.waiting.size === 0) this.worker.unref();
    });
    this.worker.on("error", (error) => this.end(error));
    this.worker.on("exit", () => this.end(new Error("The thread that compares papers has ended.")));
    this.worker.unref();
  }

  get hasEnded(): boolean {
    return this.ended !== null;
  }

  ask(blocks: Iterable<VectorBlock>, question: Pick<ScanRequest, "meaning" | "count" | "among">): Promise<Alike[]> {
    if (this.ended) return Promise.reject(this.ended);
    const number = ++this.number;
    const unsent = [...blocks].filter((block) => !this.sent.has(block));
    for (const block of unsent) this.sent.add(block);
    return new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
      this.worker.ref();
      const request: ScanRequest = {
        number,
        blocks: unsent.map(({ first, dimensions, memory }) => ({ first, dimensions, memory })),
        ...question,
      };
      this.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}
