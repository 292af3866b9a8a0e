import { setTimeout as sleep } from "node:timers/promises";
import { doubledPause, withJitter } from "../../async/back-off";
import { logFailures } from "../../async/background-loop";
import { throttle } from "../../async/throttle";
import type { WritableDb } from "../../db/database";
import type { Log } from "../../log";
import { readKept, type Text, takeTexts, writeEmbedded } from "./embedding-backlog.service";
import { type Endpoint, EndpointFailure, embed } from "./endpoint";

/**
 * In ms. Papers are embedded `idle` after they came at most, unless there are many. The pause after the `first` failure is doubled
 * with each further one; or it is what the endpoint asks for, within a bound.
 */
const PACE = { idle: 1000, first: 1000, most: 5 * 60_000 };
const MAX_RETRY_AFTER_MS = 10 * 60_000;
/** For an answer about papers. */
const TIMEOUT_MS = 60_000;
/** Characters of a text: some 2,000 tokens, as common models read at most; and of one that the endpoint refuses. */
const MAX_TEXT = { usual: 8000, refused: 1000 };
/** Between two lines in the log about refused texts, in ms. */
const TELLING_MS = 60_000;
/** A text that every model takes. */
const PROBE = "papers";

/** Tells the operator of a paper whose text is refused, and why. */
type TellRefusal = (paperId: number, why: EndpointFailure) => void;

/** Has the endpoint embed the papers of the backlog until the signal aborts. Any number of processes may do so at once. */
export async function embedInBackground(
  db: WritableDb,
  endpoint: Endpoint | null,
  log: Log,
  signal: AbortSignal,
  pace = PACE,
): Promise<void> {
  if (!endpoint) return;
  const turns = new Map<string, { failures: number; until: number }>();
  const mayTell = throttle(TELLING_MS);
  const tellRefusal: TellRefusal = (paperId, err) => {
    const leftOut = mayTell();
    if (leftOut !== null)
      log.warn({ err, paperId, leftOut }, "a paper has no meaning, as the endpoint refuses its text");
  };
  const attempt = async (): Promise<boolean> => {
    for (const { model, askedAs } of await readKept(db)) {
      const turn = turns.get(model) ?? { failures: 0, until: 0 };
      turns.set(model, turn);
      if (performance.now() < turn.until) continue;
      try {
        const didSomething = await embedNext(db, endpoint, { model, askedAs, tellRefusal }, signal);
        turn.failures = 0;
        if (didSomething) return true;
      } catch (error) {
        turn.until = performance.now() + pauseAfter(error, ++turn.failures, pace);
        throw error;
      }
    }
    return false;
  };
  const next = logFailures("embedding papers", log, { work: attempt, otherwise: false });
  // That nothing is tried does not mean that it works again.
  const isPaused = () => turns.size > 0 && [...turns.values()].every(({ until }) => performance.now() < until);
  while (!signal.aborted) {
    if (isPaused() || !(await next())) await sleep(pace.idle, null, { signal }).catch(() => {});
  }
}

function pauseAfter(error: unknown, failures: number, pace: typeof PACE): number {
  const wait = error instanceof EndpointFailure ? error.retryAfter : null;
  const pause = withJitter(doubledPause(failures, pace));
  return wait === null ? pause : Math.max(pause, Math.min(wait, MAX_RETRY_AFTER_MS));
}

/** Embeds the next papers of the backlog to a model; false when there are none. */
async function embedNext(
  db: WritableDb,
  endpoint: Endpoint,
  { model, askedAs, tellRefusal }: { model: string; askedAs: string; tellRefusal: TellRefusal },
  signal: AbortSignal,
): Promise<boolean> {
  const { texts, giveBack } = await takeTexts(db, model);
  if (texts.length === 0) return false;
  const ask = (some: readonly string[]) => embed(endpoint, askedAs, some, { timeout: TIMEOUT_MS, signal });
  try {
    const meanings = await embedAll(ask, texts.map(textOf), (i, why) => tellRefusal(texts[i]!.paperId, why));
    await writeEmbedded(db, model, texts, meanings);
  } finally {
    // Those, too, that an import asks for once more at this moment.
    await giveBack();
  }
  return true;
}

/** Called with the place of a text that is refused even when it is short, and why. */
type OnRefusal = (place: number, why: EndpointFailure) => void;
type Ask = (texts: readonly string[]) => ReturnType<typeof embed>;

/**
 * The meanings of texts. What is refused is asked for by halves, so that one text does not keep the others waiting; one that is
 * refused even when it is short, while another text is taken, has no meaning.
 */
async function embedAll(ask: Ask, texts: readonly string[], onRefusal: OnRefusal): ReturnType<typeof embed> {
  try {
    return await ask(texts);
  } catch (error) {
    if (!(error instanceof EndpointFailure) || !error.isOfTexts) throw error;
    if (texts.length > 1) {
      const half = texts.length >> 1;
      const first = await embedAll(ask, texts.slice(0, half), onRefusal);
      return [...first, ...(await embedAll(ask, texts.slice(half), (i, why) => onRefusal(half + i, why)))];
    }
    const [text] = texts as [string];
    if (text.length > MAX_TEXT.refused) return embedAll(ask, [cut(text, MAX_TEXT.refused)], onRefusal);
    await ask([PROBE]);
    onRefusal(0, error);
    return [null];
  }
}

/** Not within a character of two code units. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function textOf({ title, abstract }: Text): string {
  const text = abstract ? `${title}\n\n${abstract}` : title;
  return cut(text, MAX_TEXT.usual);
}
