import path from "node:path";
import { Worker } from "node:worker_threads";
import { type Turn, Turns } from "../../async/turns";
import { rateLimited, serviceUnavailable } from "../../graphql/errors";
import { root } from "../../root";
import type { Meaning } from "../model";
import type { Alike, Blocks } from "./nearest";
import type { VectorBlock } from "./vector-block";

/** A block as it is sent: both threads then see its memory. */
type SentBlock = Pick<VectorBlock, "first" | "dimensions" | "memory">;

export interface ScanQuestion {
  meaning: Meaning;
  count: number;
  /** Papers that are less alike are left out. */
  least?: number;
  among?: Int32Array;
}

export interface ScanRequest extends ScanQuestion {
  number: number;
  /** Whether blocks that were sent before do not count any more. */
  isAnew: boolean;
  /** Those that were not sent before. */
  blocks: SentBlock[];
}

/** Nearest first. Lists of numbers cross threads at once, where objects would be copied one by one. */
export interface ScanAnswer {
  number: number;
  paperIds: Int32Array;
  likenesses: Float64Array;
}

interface Asked {
  question: ScanQuestion;
  /** How many threads ended while they answered it. */
  ended: number;
  resolve: (found: Alike[]) => void;
  reject: (error: Error) => void;
}

/** The built process, which also runs where the rest runs from its source. */
const FILE = path.join(root, "dist/nearest.main.js");
/** A question with which so many threads ended is at fault itself. */
const MAX_ENDED = 2;
const RETRY_AFTER_SECONDS = 2;

/**
 * Finds the nearest papers in a thread, one question after the other, so that the event loop does not wait. Callers take turns: one
 * question of each, and one more that is sent while another is answered. The process may end while nothing is asked. A thread
 * that is lost is replaced, and what it did not answer is asked of the next one.
 */
export class ScanThread {
  private worker: Worker | null = null;
  private sentOf: Blocks | null = null;
  private readonly sent = new Set<VectorBlock>();
  private readonly asked = new Map<number, Asked>();
  private number = 0;
  private readonly turns = new Turns({
    all: 2,
    each: 1,
    eachAlone: 2,
    waiting: 500,
    refuse: (reason, isAtShare) =>
      isAtShare || reason === "too many wait"
        ? rateLimited(
            "Your other operations are comparing papers; wait for them, or request less at a time.",
            RETRY_AFTER_SECONDS,
          )
        : serviceUnavailable("Papers are being compared for other callers; try again soon."),
  });

  /** `blocks` gives those to look in, as they are by then. */
  constructor(private readonly blocks: () => Blocks) {}

  /** Rejects with RATE_LIMITED or SERVICE_UNAVAILABLE where there is no turn, or threads end with the question. */
  async ask(question: ScanQuestion, turn: Turn): Promise<Alike[]> {
    const leave = await this.turns.take(turn);
    return new Promise<Alike[]>((resolve, reject) => {
      const number = ++this.number;
      const asked = { question, ended: 0, resolve, reject };
      this.asked.set(number, asked);
      this.send(number, asked);
    }).finally(leave);
  }

  /** Ends the thread; another one is started when something is asked. */
  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private send(number: number, asked: Asked): void {
    this.worker ??= this.start();
    this.worker.ref();
    const { meaning, ...others } = asked.question;
    const blocks = this.blocks();
    const isAnew = blocks !== this.sentOf;
    if (isAnew) this.sent.clear();
    this.sentOf = blocks;
    const unsent = [...blocks.values()].filter((block) => !this.sent.has(block));
    for (const block of unsent) this.sent.add(block);
    const added = unsent.map(({ first, dimensions, memory }) => ({ first, dimensions, memory }));
    // Cut out of what may be a larger buffer, all of which would be copied.
    const values = meaning.values.slice();
    const request: ScanRequest = { number, isAnew, blocks: added, meaning: { ...meaning, values }, ...others };
    this.worker.postMessage(request);
  }

  private start(): Worker {
    const worker = new Worker(FILE);
    worker.on("message", ({ number, paperIds, likenesses }: ScanAnswer) => {
      this.asked.get(number)?.resolve(Array.from(paperIds, (paperId, i) => ({ paperId, likeness: likenesses[i]! })));
      this.asked.delete(number);
      if (this.asked.size === 0) worker.unref();
    });
    let reason = new Error("The thread that compares papers has ended.");
    worker.on("error", (error) => {
      reason = error;
    });
    worker.on("exit", () => this.replace(reason));
    return worker;
  }

  /** Called when the thread has ended: what it did not answer is asked of the next one. */
  private replace(reason: Error): void {
    this.worker = null;
    this.sentOf = null;
    const [first] = this.asked;
    if (first && ++first[1].ended >= MAX_ENDED) {
      this.asked.delete(first[0]);
      first[1].reject(serviceUnavailable("Papers cannot be compared for the moment; try again soon.", reason));
    }
    for (const [number, asked] of this.asked) this.send(number, asked);
  }
}
