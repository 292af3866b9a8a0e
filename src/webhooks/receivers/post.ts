import { type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { withTimeLimit } from "../../async/time-limit";
import { type DialOptions, dial, ForbiddenReceiver } from "./dial";
import { hostOf, urlProblem } from "./receiver-url";

/** Time for everything, from the name server to the answer. */
const TIMEOUT_MS = 15_000;
/** Bytes of an answer that are kept. */
const MAX_ANSWER_BYTES = 1024;
/** Once the status is known, the rest of the answer is waited for so long. */
const ANSWER_MS = 2000;

/** What came of one request. */
export interface Answer {
  /** Null when there was no answer. */
  statusCode: number | null;
  /** The beginning of the answer's body; null when there was no answer. */
  body: string | null;
  /** In ms, as the answer's Retry-After says; null when it does not. */
  retryAfter: number | null;
  /** Why there was no answer, as a sentence for the owner. */
  error: string | null;
}

export interface Message {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Posts a message, once: no redirect is followed. Never throws. */
export async function post(message: Message, options: DialOptions, timeout = TIMEOUT_MS): Promise<Answer> {
  // The settings may have changed since the webhook was created.
  const problem = urlProblem(message.url, options.rules);
  if (problem) return unanswered(`Not sent: ${problem}`);
  return withTimeLimit(timeout, undefined, async (signal) => {
    try {
      return await receive(await send(message, options, signal), signal);
    } catch (error) {
      return unanswered(signal.aborted ? `No answer within ${timeout / 1000} seconds.` : reasonOf(error));
    }
  });
}

const unanswered = (error: string): Answer => ({
  statusCode: null,
  body: null,
  retryAfter: null,
  error: storable(error),
});

function send(
  { url: text, headers, body }: Message,
  options: DialOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(text);
  const isTls = url.protocol === "https:";
  const target = { host: hostOf(url), port: Number(url.port) || (isTls ? 443 : 80), isTls };
  return new Promise((settle, reject) => {
    // Node tells an aborted request of it only when it has a connection, which a name server may hold up.
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const request: ClientRequest = (isTls ? requestTls : requestPlain)(url, {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" },
      signal,
      // The only way out: nothing is looked up or dialled elsewhere.
      createConnection: (_, done) => {
        dial(target, options, signal).then(
          (socket) => done(null, socket),
          (error: Error) => done(error, undefined as never),
        );
        return undefined;
      },
    });
    request.once("response", settle);
    // Not once: with the connection it may fail again after the answer.
    request.on("error", reject);
    // Node ends a request that is answered 101 (switching protocols) without an error.
    request.once("close", () => reject(Object.assign(new Error(), { code: "ECONNRESET" })));
    request.end(body);
  });
}

async function receive(response: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("error", () => {});
  const tooLong = setTimeout(() => response.destroy(), ANSWER_MS);
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ANSWER_BYTES || signal.aborted) break;
    }
  } catch {
    // The status counts, whatever became of the rest.
  } finally {
    clearTimeout(tooLong);
    response.destroy();
  }
  const { statusCode = 0, headers } = response;
  return {
    statusCode,
    body: storable(Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString("utf8")),
    retryAfter: readRetryAfter(headers["retry-after"]),
    error: null,
  };
}

/** Text that PostgreSQL takes: what a receiver says, also within a message of Node's, may be anything. */
function storable(text: string): string {
  return text.replaceAll("\0", "\ufffd");
}

/** Only seconds: a receiver's clock may be wrong. */
function readRetryAfter(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) * 1000 : null;
}

/** Words for what prevents a connection, by the codes of Node. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: "It refused the connection.",
  ECONNRESET: "It closed the connection without an answer.",
  ENOTFOUND: "Its name is not known.",
  ENODATA: "Its name has no address.",
  EHOSTUNREACH: "It cannot be reached.",
  ENETUNREACH: "It cannot be reached.",
  ETIMEDOUT: "It cannot be reached.",
  ETIMEOUT: "The name server did not answer.",
  ESERVFAIL: "The name server failed.",
  EBADNAME: "Its name cannot be looked up.",
};

function reasonOf(error: unknown): string {
  if (error instanceof ForbiddenReceiver) return `Not sent: ${error.message}`;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? `There was no answer: ${message.slice(0, 200)}.`;
}
