import { isObject } from "../graphql/json";

/** An HTTP response that is no event stream. */
export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Codes of JSON-RPC 2.0, 5.1. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const INVALID_PARAMS = -32602;

/** What is not read as a message gets an error without an id (JSON-RPC 2.0, 5). */
function refusal(code: number, message: string, status = 400, id: unknown = null): Refusal {
  const body = JSON.stringify({ jsonrpc: "2.0", id, error: { code, message } });
  return { status, headers: { "content-type": "application/json", "cache-control": "no-store" }, body };
}

/** In characters; answers repeat these. */
const MAX_NAME = 100;
const MAX_URI = 500;
/** In bytes, of any answer. */
const MAX_ANSWER = 20_000;

const MESSAGE = 'Send one message of JSON-RPC: {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}';

/** Why a body is not passed on; null for what may be a message. */
export function refusalOf(body: unknown): Refusal | null {
  if (body === undefined) return refusal(PARSE_ERROR, `The body is empty. ${MESSAGE}.`);
  if (Array.isArray(body)) {
    return refusal(INVALID_REQUEST, "Batches are not taken: send each message in a request of its own.");
  }
  if (!isObject(body) || typeof body.method !== "string") return refusal(INVALID_REQUEST, `${MESSAGE}.`);
  const { id, method } = body;
  const { name, uri } = isObject(body.params) ? body.params : {};
  if (isLonger(id, MAX_NAME)) return refusal(INVALID_REQUEST, `id may have at most ${MAX_NAME} characters.`);
  const refuse = (what: string, most: number) =>
    refusal(INVALID_PARAMS, `${what} may have at most ${most} characters.`, 400, id);
  if (isLonger(method, MAX_NAME)) return refuse("method", MAX_NAME);
  if (isLonger(name, MAX_NAME)) return refuse("name", MAX_NAME);
  return isLonger(uri, MAX_URI) ? refuse("uri", MAX_URI) : null;
}

function isLonger(value: unknown, most: number): boolean {
  return typeof value === "string" && value.length > most;
}

/** An answer as it is, or an error in its place where it repeats too much of the message. */
export function bounded(answer: Refusal): Refusal {
  if (Buffer.byteLength(answer.body) < MAX_ANSWER) return answer;
  return refusal(INVALID_REQUEST, "A value outside the arguments of a tool is too long.");
}

const READING_ERRORS: Record<string, readonly [code: number, message: string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [PARSE_ERROR, "The body is not valid JSON, or has a key that is not accepted."],
  FST_ERR_CTP_EMPTY_JSON_BODY: [PARSE_ERROR, `The body is empty. ${MESSAGE}.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [INVALID_REQUEST, `${MESSAGE}, with the header content-type: application/json.`],
};

/** What is said of a body that cannot be read; null for errors that are not of the body. */
export function unreadable({ code = "", statusCode }: { code?: string; statusCode?: number }): Refusal | null {
  const [errorCode, message] = READING_ERRORS[code] ?? [];
  return errorCode === undefined ? null : refusal(errorCode, message!, statusCode);
}
