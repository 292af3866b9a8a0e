import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInHour, millisecondsInMinute } from "date-fns/constants";
import { logFailures } from "../async/background-loop";
import type { Transaction, WritableDb } from "../db/database";
import { tryLockNeighbors } from "../db/locks";
import type { Log } from "../log";
import {
  keepModel,
  type ModelChange,
  readChange,
  readModels,
  removeRemains,
  switchTo,
  type WantedModel,
  wantedModel,
} from "./models.service";
import { findNeighbors } from "./neighbors.service";
import type { VectorIndexes } from "./vector-indexes";
import { embedMissing, requestMissing } from "./vectors.service";

/** Papers get their neighbors at most this long after they came, unless there are many. */
const IDLE_MS = 1000;
/** Pause after a failure. */
const RETRY_MS = 5000;
/** Papers without a vector are looked for at the start, and again after this time, as processes of a version before may add some. */
const LOOKING_MS = millisecondsInHour;
/** Above all ids. */
const NEWEST = 2 ** 31 - 1;

/**
 * Compares papers until the signal aborts: has a model's vectors kept, those of papers that have none written or asked for,
 * finds the neighbors of those in the backlog, and lets the model serve once all of that is done. Busy for at most half of
 * the time. Of processes that do so, one works at a time, and another goes on when it is lost.
 */
export async function compareInBackground(
  db: WritableDb,
  indexes: VectorIndexes,
  log: Log,
  signal: AbortSignal,
  wanted: WantedModel = wantedModel(null),
  idleMs = IDLE_MS,
): Promise<void> {
  const comparing = new Comparing(indexes, wanted, log);
  const work = async () => {
    const didSomething = await db.bulk(async (tx) => (await tryLockNeighbors(tx)) && comparing.step(tx));
    comparing.settle();
    return didSomething;
  };
  const next = logFailures<boolean | null>("comparing papers", log, { work, otherwise: null });
  while (!signal.aborted) {
    const began = performance.now();
    const didSomething = await next();
    const pause = didSomething === null ? RETRY_MS : didSomething ? performance.now() - began : idleMs;
    await sleep(pause, null, { signal }).catch(() => {});
  }
}

/** Where a worker is. */
interface Progress {
  /** Whether the wanted model was made one that is kept: once only, so that of workers with different settings the last one decides. */
  isKept: boolean;
  /** Papers below this id are yet to be looked at; null when all were. */
  below: number | null;
  lookedAt: number;
  removesAt: number;
  /** The change that begins, or goes on in this process. */
  begun?: ModelChange | null;
  /** The model that was switched to. */
  switchedTo?: string;
}

class Comparing {
  private progress: Progress = {
    isKept: false,
    below: NEWEST,
    lookedAt: performance.now(),
    removesAt: performance.now(),
  };
  /** That once the transaction is committed. */
  private next = this.progress;

  constructor(
    private readonly indexes: VectorIndexes,
    private readonly wanted: WantedModel,
    private readonly log: Log,
  ) {}

  /** Does some of what is to be done; false when there was nothing. */
  async step(tx: Transaction): Promise<boolean> {
    const next = { ...this.progress };
    this.next = next;
    if (!next.isKept) {
      next.isKept = await keepModel(tx, this.wanted);
      if (next.isKept) next.begun = await readChange(tx, this.wanted.model);
      // At once: where a change is taken back, nothing serves queries until this model is kept again.
      return next.isKept || (await removeRemains(tx, 0)) === "some";
    }
    const models = await readModels(tx);
    this.indexes.retain(models);
    const own = models.find(({ model }) => model === this.wanted.model);
    if (own && next.below !== null) {
      next.below = await this.lookForMissing(tx, next.below);
      return true;
    }
    if (performance.now() - next.lookedAt > LOOKING_MS) this.lookAgain();
    for (const { model } of models) if (await findNeighbors(tx, await this.indexes.of(model))) return true;
    if (own && !own.isServing && (await this.switchTo(tx, own.model))) return true;
    return this.remove(tx);
  }

  /** To be called when the transaction of the last step is committed. */
  settle(): void {
    const { begun, switchedTo: model, ...progress } = this.next;
    if (begun) this.log.info(begun, "papers are embedded by another model, which serves once all are");
    if (model) this.log.info({ model }, "another model serves: papers are compared by it from now on");
    this.progress = progress;
    this.next = progress;
  }

  private lookAgain(): void {
    this.next.below = NEWEST;
    this.next.lookedAt = performance.now();
  }

  private lookForMissing(tx: Transaction, below: number): Promise<number | null> {
    const { model, askedAs } = this.wanted;
    return askedAs === null ? embedMissing(tx, below) : requestMissing(tx, model, below);
  }

  private async switchTo(tx: Transaction, model: string): Promise<boolean> {
    const readiness = await switchTo(tx, model);
    if (readiness === "lacks some") this.lookAgain();
    if (readiness !== "ready") return false;
    this.next.switchedTo = model;
    this.next.removesAt = performance.now();
    return true;
  }

  private async remove(tx: Transaction): Promise<boolean> {
    if (performance.now() < this.next.removesAt) return false;
    const removed = await removeRemains(tx);
    if (removed === "early") this.next.removesAt = performance.now() + millisecondsInMinute;
    if (removed === "none") this.next.removesAt = Number.POSITIVE_INFINITY;
    return removed === "some";
  }
}
