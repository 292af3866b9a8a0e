import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInDay } from "date-fns/constants";
import { ExpectedError } from "../../config/expected-error";
import { isObject } from "../../graphql/json";
import { askPage, type PageAnswer } from "./huggingface.request";

export interface FetchOptions {
  /** Where /api/daily_papers is, e.g. https://huggingface.co */
  baseUrl: string;
  /** First and last day, YYYY-MM-DD, inclusive; future days, in UTC, are left out. */
  from: string;
  to: string;
  /** Between two requests, in ms, to be polite to the source. */
  pauseMs?: number;
  /** For one response, in ms. */
  timeoutMs?: number;
  /** Requests for one page before giving up. */
  attempts?: number;
  /** First wait before a retry, in ms; doubled each time, with jitter. */
  backOffMs?: number;
  /** The current time, when a response arrived. */
  now: () => Promise<Date>;
  signal?: AbortSignal;
  onRetry?: (day: string, reason: string, waitMs: number) => void;
  /** Called with today's date when the range ends after it. */
  onFuture?: (today: string) => void;
}

export interface FetchedDay {
  day: string;
  items: unknown[];
  observedAt: Date;
  /** The part of the range that has been read, this day included, 0 to 1. */
  part: number;
}

const MAX_WAIT_MS = 60_000;
/** Papers per page, the maximum of Hugging Face. */
const PAGE_SIZE = 100;
/** Per day: no day has ten thousand papers. */
const MAX_PAGES = 100;

/** What the responses so far tell about a source's paging. */
interface Paging {
  /** The number of items on its longest page: a source that ignores `limit` has its own page size. */
  longest: number;
  /** Whether it links to next pages: then a list ends with the first page without a link. */
  hasLinks: boolean;
}

/** Reads a range of days in order, each completely: an import that stops names the day to continue from. */
export async function* fetchDays(options: FetchOptions): AsyncGenerator<FetchedDay> {
  const today = (await options.now()).toISOString().slice(0, 10);
  if (options.from > today) throw new ExpectedError(`${options.from} is in the future: today is ${today} in UTC.`);
  if (options.to > today) options.onFuture?.(today);
  const first = Date.parse(options.from);
  const last = Math.min(Date.parse(options.to), Date.parse(today));
  const paging: Paging = { longest: 0, hasLinks: false };
  for (let time = first; time <= last; time += millisecondsInDay) {
    if (options.signal?.aborted) return;
    const day = new Date(time).toISOString().slice(0, 10);
    const part = (time - first + millisecondsInDay) / (last - first + millisecondsInDay);
    yield { day, items: await fetchDay(day, options, paging), observedAt: await options.now(), part };
    if (time < last) await pause(options);
  }
}

/**
 * All pages of a day's list: by the source's links (RFC 8288), whatever their pages hold, or without links by number, until a
 * page is shorter than the longest or has nothing new, as some sources ignore `p`. Where `p` begins at 1, page 1 is the first
 * page again, so page 2 is asked for, too.
 */
async function fetchDay(day: string, options: FetchOptions, paging: Paging): Promise<unknown[]> {
  // Appended, not resolved: a mirror may have its own path.
  const place = `${options.baseUrl.replace(/\/+$/, "")}/api/daily_papers`;
  let items: unknown[] = [];
  const known = new Set<string>();
  const asked = new Set<string>();
  let url = `${place}?date=${day}&limit=${PAGE_SIZE}`;
  for (let page = 1; page <= MAX_PAGES; page++) {
    if (page > 1) await pause(options);
    asked.add(url);
    const { items: found, next } = await fetchPage({ url, place, day }, options);
    const keys = found.map(keyOf);
    const isNews = keys.some((key) => !known.has(key));
    if (isNews) items = items.concat(found);
    for (const key of keys) known.add(key);
    paging.longest = Math.max(paging.longest, found.length);
    paging.hasLinks ||= next !== undefined;
    if (next !== undefined && asked.has(next)) throw unreadable(day, `its pages link in a circle, back to ${next}`);
    const mayBeFirst = page === 2 && found.length > 0;
    if (next === undefined && (paging.hasLinks || found.length < paging.longest)) return items;
    if (next === undefined && !isNews && !mayBeFirst) return items;
    url = next ?? `${place}?date=${day}&limit=${PAGE_SIZE}&p=${page}`;
  }
  throw unreadable(day, `its list has no end after ${MAX_PAGES} pages`);
}

function unreadable(day: string, problem: string): ExpectedError {
  return new ExpectedError(
    `${day} cannot be read: ${problem}. Days before it are imported; continue with --from ${day}.`,
  );
}

/** The key by which a repeated item is recognized: its paper's id or, without one, the whole item. */
function keyOf(item: unknown): string {
  const paper = isObject(item) ? item.paper : undefined;
  if (isObject(paper) && typeof paper.id === "string") return `id ${paper.id}`;
  try {
    return JSON.stringify(item);
  } catch {
    return "too many levels to be written";
  }
}

async function fetchPage(page: Parameters<typeof askPage>[0], options: FetchOptions): Promise<PageAnswer> {
  const { day } = page;
  const attempts = options.attempts ?? 6;
  for (let attempt = 1; ; attempt++) {
    const outcome = await askPage(page, options);
    if ("items" in outcome) return outcome;
    if (options.signal?.aborted) throw new ExpectedError(`Stopped before ${day}; continue with --from ${day}.`);
    const problem = outcome.told ?? outcome.problem;
    if (!outcome.retry || attempt === attempts) throw unreadable(day, problem);
    const backOff = (options.backOffMs ?? 1000) * 2 ** (attempt - 1) * (0.5 + Math.random());
    const waitMs = Math.min(Math.max(outcome.waitMs ?? 0, backOff), MAX_WAIT_MS);
    options.onRetry?.(day, problem, waitMs);
    // If stopped while waiting, the next request reports it.
    await sleep(waitMs, null, { signal: options.signal }).catch(() => {});
  }
}

async function pause({ pauseMs = 1000, signal }: FetchOptions): Promise<void> {
  await sleep(pauseMs, null, { signal }).catch(() => {});
}
