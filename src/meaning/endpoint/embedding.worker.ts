import { setTimeout as sleep } from "node:timers/promises";
import { doubledPause, withJitter } from "../../async/back-off";
import { logFailures } from "../../async/background-loop";
import { throttle } from "../../async/throttle";
import type { WritableDb } from "../../db/database";
import type { Log } from "../../log";
import { type Embedding, embedBatch } from "./embed-batch";
import { type Batch, readKept, takeTexts } from "./embedding-backlog.service";
import { type Endpoint, EndpointFailure } from "./endpoint";

/**
 * In ms. Papers are embedded `idle` after they came at most, unless there are many. The pause after the `first` failure is doubled
 * with each further one; or it is what the endpoint asks for, within a bound.
 */
const PACE = { idle: 1000, first: 1000, most: 5 * 60_000 };
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** Between two lines in the log about refused texts, in ms. */
const TELLING_MS = 60_000;
/** After so many failures in a row a text may be at fault, whatever the endpoint says. */
const FAILURES_TO_DOUBT = 2;

/** Has the endpoint embed the papers of the backlog until the signal aborts. Any number of processes may do so at once. */
export async function embedInBackground(
  db: WritableDb,
  endpoint: Endpoint | null,
  log: Log,
  signal: AbortSignal,
  pace = PACE,
): Promise<void> {
  if (!endpoint) return;
  const mayTell = throttle(TELLING_MS);
  const tellRefusal = (paperId: number, err: EndpointFailure) => {
    const leftOut = mayTell();
    if (leftOut !== null)
      log.warn({ err, paperId, leftOut }, "a paper has no meaning, as the endpoint refuses its text");
  };
  const models = new Map<string, ModelWork>();
  const attempt = async (): Promise<boolean> => {
    for (const { model, askedAs } of await readKept(db)) {
      const work = models.get(model) ?? new ModelWork({ db, endpoint, model, askedAs, tellRefusal, signal }, log, pace);
      models.set(model, work);
      if (await work.embedNext()) return true;
    }
    return false;
  };
  const next = logFailures("looking for papers to embed", log, { work: attempt, otherwise: false });
  while (!signal.aborted) {
    if (!(await next())) await sleep(pace.idle, null, { signal }).catch(() => {});
  }
}

/** Papers that a model embeds, which is paused and logged by itself while it fails. */
class ModelWork {
  private failures = 0;
  private pausedUntil = 0;
  /** Only of batches: that there is none to embed does not mean that it works again. */
  private readonly embed: (batch: Batch) => Promise<boolean>;

  constructor(
    private readonly embedding: Omit<Embedding, "mayDoubtTexts">,
    log: Log,
    private readonly pace: typeof PACE,
  ) {
    const work = (batch: Batch) => this.attempt(batch);
    const { askedAs, signal } = embedding;
    this.embed = logFailures(`embedding papers by "${askedAs}"`, log, { work, otherwise: false, signal });
  }

  /** False when there is nothing to embed, or when that fails. */
  async embedNext(): Promise<boolean> {
    if (performance.now() < this.pausedUntil) return false;
    const batch = await takeTexts(this.embedding.db, this.embedding.model);
    return batch.texts.length > 0 && (await this.embed(batch));
  }

  private async attempt(batch: Batch): Promise<boolean> {
    try {
      await embedBatch(batch, { ...this.embedding, mayDoubtTexts: this.failures >= FAILURES_TO_DOUBT });
      this.failures = 0;
      return true;
    } catch (error) {
      this.pausedUntil = performance.now() + pauseAfter(error, ++this.failures, this.pace);
      throw error;
    }
  }
}

function pauseAfter(error: unknown, failures: number, pace: typeof PACE): number {
  const wait = error instanceof EndpointFailure ? error.retryAfter : null;
  const pause = withJitter(doubledPause(failures, pace));
  return wait === null ? pause : Math.max(pause, Math.min(wait, MAX_RETRY_AFTER_MS));
}
