import { withTimeLimit } from "../../async/time-limit";
import { readBody } from "../../inputs/read-body";

/** Why a source gave no usable answer. */
export interface Failure {
  /** A sentence without its period and without hosts, paths and bodies, so that it can be shown to anyone. */
  problem: string;
  /** The same with what the source said and where it led, for whoever runs an import; missing when there is no more to say. */
  told?: string;
  /** Whether a retry may help. */
  retry: boolean;
  /** Whether the source wants fewer requests. */
  isLimit?: boolean;
  /** How long the source asks clients to wait, in ms. */
  waitMs?: number;
}

/** What a source responded, with any status. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Where it came from, after redirects. */
  url: string;
  isRedirected: boolean;
  body: string;
}

interface SendOptions {
  /** The media type that is wanted. */
  accept: string;
  userAgent: string;
  /** For the whole response, in ms. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Of the body of a refusal; a longer one counts as empty. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** Sends one GET request, without retries; a request that `signal` stops is a failure, too. */
export async function send(url: string, options: SendOptions): Promise<Answer | Failure> {
  const { timeoutMs = 30_000, signal } = options;
  try {
    return await withTimeLimit(timeoutMs, signal, (limit) => receive(url, options, limit));
  } catch (error) {
    return explain(error, timeoutMs);
  }
}

async function receive(
  url: string,
  { accept, userAgent }: SendOptions,
  signal: AbortSignal,
): Promise<Answer | Failure> {
  const response = await fetch(url, { headers: { accept, "user-agent": userAgent }, signal });
  const body = response.ok
    ? await readBody(response, MAX_BODY_BYTES, true)
    : ((await readBody(response, MAX_REFUSAL_BYTES).catch(() => null)) ?? "");
  // A retry would not make it smaller.
  if (body === null) return { problem: `the response is larger than ${MAX_BODY_BYTES} bytes`, retry: false };
  const { status, headers, redirected: isRedirected } = response;
  return { status, headers, url: response.url, isRedirected, body };
}

/** The failure that a status other than 2xx is. */
export function refusal({ status, headers }: Answer): Failure {
  return {
    problem: `the source responds with ${status}`,
    retry: status === 429 || status >= 500,
    isLimit: status === 429,
    waitMs: retryAfter(headers),
  };
}

/**
 * Retry-After in ms: a number of seconds or a date (RFC 9110, 10.2.3) by the source's own clock, which may not be this
 * machine's. Of several numbers, as of a source behind a proxy, the largest; a fraction is rounded up.
 */
function retryAfter(headers: Headers): number | undefined {
  const header = headers.get("retry-after")?.trim();
  if (!header) return undefined;
  const numbers = header.split(/\s*,\s*/);
  if (numbers.every((number) => /^\+?\d+(?:\.\d+)?$/.test(number))) {
    return Math.max(...numbers.map((number) => Math.ceil(Number(number)))) * 1000;
  }
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const ms = Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0);
}

/** fetch wraps the reason: it is in the cause or, for a host with several addresses, in the first of the cause's errors. */
function explain(error: unknown, timeoutMs: number): Failure {
  const { name, message, cause, code: ownCode } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError") return { problem: `no response within ${timeoutMs / 1000} s`, retry: true };
  if (name === "AbortError") return { problem: "the request was stopped", retry: true };
  if (ownCode === "ERR_ENCODING_INVALID_ENCODED_DATA") {
    return { problem: "the response is not encoded in UTF-8", retry: true };
  }
  const wrapping = (cause ?? {}) as Partial<AggregateError> & NodeJS.ErrnoException;
  const reason: Partial<NodeJS.ErrnoException> = wrapping.errors?.[0] ?? wrapping;
  const code = reason.code ?? wrapping.code;
  return {
    problem: `the connection fails${code ? ` (${code})` : ""}`,
    told: reason.message || wrapping.message || message,
    retry: true,
  };
}
