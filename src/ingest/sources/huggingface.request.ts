import { isObject } from "../../graphql/json";
import { readBody } from "../../inputs/read-body";
import { normalizeSpace } from "../normalize";
import { asksFor, nextOf } from "./next-page";

/** A page of a list, and the URL of the next one if the source links to it. */
export interface PageAnswer {
  items: unknown[];
  next?: string;
}

interface Problem {
  problem: string;
  /** Whether a retry may help. */
  retry: boolean;
  /** How long the source asks clients to wait, in ms. */
  waitMs?: number;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Of the body of a refusal, which is shown. */
const MAX_REASON_BYTES = 64 * 1024;
const MAX_REASON_LENGTH = 200;

/** Requests one page of a day's papers, once; `place` is where the API's lists are. */
export async function askPage(
  { url, place, day }: { url: string; place: string; day: string },
  { timeoutMs = 30_000, signal }: { timeoutMs?: number; signal?: AbortSignal },
): Promise<PageAnswer | Problem | "stopped"> {
  const signals = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  try {
    const response = await fetch(url, {
      headers: { accept: "application/json", "user-agent": "daily-papers-api (import)" },
      signal: AbortSignal.any(signals),
    });
    if (response.redirected && !asksFor(day, new URL(response.url)))
      return { problem: strayed(response), retry: false };
    if (response.status === 404) return parseAbsence(await readBody(response, MAX_BODY_BYTES));
    if (!response.ok) {
      const retry = response.status === 429 || response.status >= 500;
      return { problem: await explainRefusal(response), retry, waitMs: retryAfter(response) };
    }
    const body = await readBody(response, MAX_BODY_BYTES);
    // A retry would not make it smaller.
    if (body === null) return { problem: `the response is larger than ${MAX_BODY_BYTES} bytes`, retry: false };
    return parseBody(body, nextOf({ link: response.headers.get("link"), url: response.url, place, day }));
  } catch (error) {
    if (signal?.aborted) return "stopped";
    return { problem: explain(error, timeoutMs), retry: true };
  }
}

/** Such a redirect, as of a whole site to another host, leads to the list of another day: of today. */
function strayed({ url }: Response): string {
  return `the source redirects to ${url}, which does not ask for this day; is --base-url right?`;
}

/** The status, and the source's reason for it. */
async function explainRefusal(response: Response): Promise<string> {
  const status = `the source responds with ${response.status}`;
  const body = await readBody(response, MAX_REASON_BYTES).catch(() => null);
  const said = normalizeSpace(reasonIn(body ?? ""));
  if (said === "") return status;
  return `${status}: ${said.length > MAX_REASON_LENGTH ? `${said.slice(0, MAX_REASON_LENGTH)}…` : said.replace(/\.$/, "")}`;
}

/** Hugging Face gives the reason in `error`; others as text, or as an HTML page, of which the title is used. */
function reasonIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    const said = isObject(value) ? [value.error, value.message, value.detail].find(isText) : value;
    return isText(said) ? said : body;
  } catch {
    return /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? body;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** For a day without a list the API says why; any other 404 means that the API is not at this URL. */
function parseAbsence(body: string | null): PageAnswer | Problem {
  const isOfApi = /^\s*\{\s*"error"\s*:/.test(body ?? "");
  if (isOfApi) return { items: [] };
  return { problem: "the source responds with 404 where its API should be; is --base-url right?", retry: false };
}

function parseBody(body: string, next: ReturnType<typeof nextOf>): PageAnswer | Problem {
  try {
    const value: unknown = JSON.parse(body);
    if (Array.isArray(value)) return "problem" in next ? { ...next, retry: false } : { items: value, ...next };
    return { problem: `the response is not an array of papers: ${body.slice(0, 80)}`, retry: false };
  } catch {
    return { problem: `the response is not JSON: ${body.slice(0, 80)}`, retry: true };
  }
}

/** Retry-After in ms: a number of seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(response: Response): number | undefined {
  const header = response.headers.get("retry-after");
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}

/** fetch wraps the reason: it is in the cause or, for a host with several addresses, in the first of the cause's errors. */
function explain(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `no response within ${timeoutMs / 1000} s`;
  const { message: reason, errors } = (cause ?? {}) as Partial<AggregateError>;
  return errors?.[0]?.message || reason || message;
}
