import { setTimeout as sleep } from "node:timers/promises";
import { ExpectedError } from "../expected-error";
import { readBody } from "../read-body";

export interface FetchOptions {
  /** Where /api/daily_papers is, e.g. https://huggingface.co */
  baseUrl: string;
  /** First and last day, YYYY-MM-DD, both included. */
  from: string;
  to: string;
  /** Between two requests, in ms: the source is someone else's. */
  pauseMs?: number;
  /** For one answer, in ms. */
  timeoutMs?: number;
  /** Requests for one day before giving up. */
  attempts?: number;
  /** First wait before asking again, in ms; doubled each time, with jitter. */
  backOffMs?: number;
  /** The time at which an answer came. */
  now: () => Promise<Date>;
  signal?: AbortSignal;
  onRetry?: (day: string, reason: string, waitMs: number) => void;
}

export interface FetchedDay {
  day: string;
  items: unknown[];
  seenAt: Date;
}

const DAY_MS = 86_400_000;
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_WAIT_MS = 60_000;

/** Reads a range of days, one request a day, in order: an import that breaks off goes on from the day it names. */
export async function* fetchDays(options: FetchOptions): AsyncGenerator<FetchedDay> {
  const last = Date.parse(options.to);
  for (let time = Date.parse(options.from); time <= last; time += DAY_MS) {
    if (options.signal?.aborted) return;
    const day = new Date(time).toISOString().slice(0, 10);
    yield { day, items: await fetchDay(day, options), seenAt: await options.now() };
    if (time < last) await sleep(options.pauseMs ?? 1000, null, { signal: options.signal }).catch(() => {});
  }
}

async function fetchDay(day: string, options: FetchOptions): Promise<unknown[]> {
  const attempts = options.attempts ?? 6;
  for (let attempt = 1; ; attempt++) {
    const outcome = await request(day, options);
    if ("items" in outcome) return outcome.items;
    if (!outcome.retry || attempt === attempts) {
      throw new ExpectedError(
        `${day} cannot be read: ${outcome.problem}. Days before it are imported; go on with --from ${day}.`,
      );
    }
    const backOff = (options.backOffMs ?? 1000) * 2 ** (attempt - 1) * (0.5 + Math.random());
    const waitMs = Math.min(Math.max(outcome.waitMs ?? 0, backOff), MAX_WAIT_MS);
    options.onRetry?.(day, outcome.problem, waitMs);
    // Stopped while waiting: the next request says so.
    await sleep(waitMs, null, { signal: options.signal }).catch(() => {});
  }
}

type Outcome = { items: unknown[] } | { problem: string; retry: boolean; waitMs?: number };

async function request(day: string, { baseUrl, timeoutMs = 30_000, signal }: FetchOptions): Promise<Outcome> {
  // Appended, not resolved: a mirror may have a path of its own.
  const url = `${baseUrl.replace(/\/+$/, "")}/api/daily_papers?date=${day}`;
  const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json", "user-agent": "daily-papers-api (import)" },
      signal: AbortSignal.any(signals),
    });
    if (response.status === 404) return parseAbsence(await readBody(response, MAX_BODY_BYTES));
    if (!response.ok) {
      await response.body?.cancel();
      const retry = response.status === 429 || response.status >= 500;
      return { problem: `the source answers ${response.status}`, retry, waitMs: retryAfter(response) };
    }
    const body = await readBody(response, MAX_BODY_BYTES);
    // Asking again would not make it smaller.
    if (body === null) return { problem: `the answer is larger than ${MAX_BODY_BYTES} bytes`, retry: false };
    return parseBody(body);
  } catch (error) {
    if (signal?.aborted) throw new ExpectedError(`Stopped before ${day}; go on with --from ${day}.`);
    return { problem: explain(error, timeoutMs), retry: true };
  }
}

/** The API says of a day that it has no list, and why; any other 404 is of a place where the API is not. */
function parseAbsence(body: string | null): Outcome {
  const isOfApi = /^\s*\{\s*"error"\s*:/.test(body ?? "");
  if (isOfApi) return { items: [] };
  return { problem: "the source answers 404 where its API should be; is --base-url right?", retry: false };
}

function parseBody(body: string): Outcome {
  try {
    const value: unknown = JSON.parse(body);
    if (Array.isArray(value)) return { items: value };
    return { problem: `the answer is no array of papers: ${body.slice(0, 80)}`, retry: false };
  } catch {
    return { problem: `the answer is no JSON: ${body.slice(0, 80)}`, retry: true };
  }
}

/** Retry-After in ms: a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(response: Response): number | undefined {
  const header = response.headers.get("retry-after");
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}

/** fetch wraps the reason: it stands in the cause, or in the first of its errors where a name has several addresses. */
function explain(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const { message: reason, errors } = (cause ?? {}) as Partial<AggregateError>;
  return errors?.[0]?.message || reason || message;
}
