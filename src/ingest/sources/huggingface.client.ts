import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInDay } from "date-fns/constants";
import { ExpectedError } from "../../config/expected-error";
import { fetchDay, type Paging, UnreadableList } from "./huggingface.list";
import { askPage, type Page, type PageAnswer, type RequestOptions } from "./huggingface.request";

export interface FetchOptions extends RequestOptions {
  /** Where /api/daily_papers is, e.g. https://huggingface.co */
  baseUrl: string;
  /** First and last day, YYYY-MM-DD, inclusive; future days, in UTC, are left out. */
  from: string;
  to: string;
  /** Between two requests, in ms, to be polite to the source. */
  pauseMs?: number;
  /** Requests for one page before giving up. */
  attempts?: number;
  /** First wait before a retry, in ms; doubled each time, with jitter. */
  backOffMs?: number;
  /** The current time, when a response arrived. */
  now: () => Promise<Date>;
  onRetry?: (day: string, reason: string, waitMs: number) => void;
  /** Called with today's date when the range ends after it. */
  onFuture?: (today: string) => void;
  /** Called when a day has been read, with the time at which that began. */
  onDay?: (day: string, readAt: Date) => void;
}

export interface FetchedDay {
  day: string;
  items: unknown[];
  observedAt: Date;
  /** The part of the range that has been read, this day included, 0 to 1. */
  part: number;
}

const MAX_WAIT_MS = 60_000;

/** Reads a range of days in order, each completely: an import that stops names the day to continue from. */
export async function* fetchDays(options: FetchOptions): AsyncGenerator<FetchedDay> {
  const today = (await options.now()).toISOString().slice(0, 10);
  if (options.from > today) throw new ExpectedError(`${options.from} is in the future: today is ${today} in UTC.`);
  if (options.to > today) options.onFuture?.(today);
  const first = Date.parse(options.from);
  const last = Math.min(Date.parse(options.to), Date.parse(today));
  const paging: Paging = { longest: 0, hasLinks: false };
  const ask = askPatiently(options);
  for (let time = first; time <= last; time += millisecondsInDay) {
    if (options.signal?.aborted) return;
    const day = new Date(time).toISOString().slice(0, 10);
    const part = (time - first + millisecondsInDay) / (last - first + millisecondsInDay);
    const readAt = await options.now();
    const items = await fetchDay(day, { baseUrl: options.baseUrl, paging, ask }).catch((error) => {
      throw error instanceof UnreadableList ? unreadable(day, error.message) : error;
    });
    options.onDay?.(day, readAt);
    yield { day, items, observedAt: await options.now(), part };
  }
}

function unreadable(day: string, problem: string): ExpectedError {
  return new ExpectedError(
    `${day} cannot be read: ${problem}. Days before it are imported; continue with --from ${day}.`,
  );
}

/** Asks for one page after the other, with a pause between two, and again after failures that may pass. */
function askPatiently(options: FetchOptions): (page: Page) => Promise<PageAnswer> {
  const { pauseMs = 1000, attempts = 6, backOffMs = 1000, signal } = options;
  // If stopped while waiting, the next request reports it.
  const wait = (milliseconds: number) => sleep(milliseconds, null, { signal }).catch(() => {});
  let isFirst = true;
  return async (page) => {
    const { day } = page;
    if (!isFirst) await wait(pauseMs);
    isFirst = false;
    for (let attempt = 1; ; attempt++) {
      const outcome = await askPage(page, options);
      if ("items" in outcome) return outcome;
      if (signal?.aborted) throw new ExpectedError(`Stopped before ${day}; continue with --from ${day}.`);
      const problem = outcome.told ?? outcome.problem;
      if (!outcome.retry || attempt === attempts) throw unreadable(day, problem);
      const backOff = backOffMs * 2 ** (attempt - 1) * (0.5 + Math.random());
      const waitMs = Math.min(Math.max(outcome.waitMs ?? 0, backOff), MAX_WAIT_MS);
      options.onRetry?.(day, problem, waitMs);
      await wait(waitMs);
    }
  };
}
