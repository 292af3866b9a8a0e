import { isObject } from "../graphql/json";
import type { RefusalForm } from "../http/graphql/response";

/** An HTTP response that is no event stream. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Codes of JSON-RPC 2.0, 5.1; SERVER_ERROR is the first of those that servers may define. */
const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;
const SERVER_ERROR = -32000;

const JSON_TYPE = "application/json";

type Id = string | number | null;

/** The mistake of a client, in the form of JSON-RPC. */
function refusal(id: Id, code: number, message: string, status = 400): Answer {
  return {
    status,
    headers: { "content-type": JSON_TYPE, "cache-control": "no-store" },
    body: write(id, code, message, { code: "BAD_USER_INPUT" }),
  };
}

function write(id: Id, code: number, message: string, data: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code, message, data } });
}

/** In characters; answers repeat these. */
const MAX_NAME = 100;
const MAX_URI = 500;
/** Streams of changes are subscriptions' matter; the protocol's library would serve them. */
const LISTEN = "subscriptions/listen";
/** In bytes, of any answer. */
const MAX_ANSWER = 20_000;

const MESSAGE = 'Send one message of JSON-RPC: {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}';

/** The id of what may be a message; null where it cannot be read (JSON-RPC 2.0, 5). */
function idOf(body: unknown): Id {
  const { id } = isObject(body) ? body : {};
  return typeof id === "number" || (typeof id === "string" && !isLonger(id, MAX_NAME)) ? id : null;
}

/** Why a body is not passed on; null for what may be a message. */
export function refusalOf(body: unknown): Answer | null {
  if (body === undefined) return refusal(null, PARSE_ERROR, `The body is empty. ${MESSAGE}.`);
  if (Array.isArray(body)) {
    return refusal(null, INVALID_REQUEST, "Batches are not taken: send each message in a request of its own.");
  }
  const id = idOf(body);
  if (!isObject(body) || body.jsonrpc !== "2.0" || typeof body.method !== "string") {
    return refusal(id, INVALID_REQUEST, `${MESSAGE}.`);
  }
  const { method } = body;
  const { name, uri } = isObject(body.params) ? body.params : {};
  const refuse = (what: string, most: number, code = INVALID_PARAMS) =>
    refusal(id, code, `${what} may have at most ${most} characters.`);
  if (isLonger(body.id, MAX_NAME)) return refuse("id", MAX_NAME, INVALID_REQUEST);
  if (isLonger(method, MAX_NAME)) return refuse("method", MAX_NAME);
  if (isLonger(name, MAX_NAME)) return refuse("name", MAX_NAME);
  if (isLonger(uri, MAX_URI)) return refuse("uri", MAX_URI);
  return method === LISTEN ? refusal(id, METHOD_NOT_FOUND, "Method not found", 404) : null;
}

/** The answer to a message with this mistake in its params; clients of the protocol read errors where the HTTP status is 200. */
export function refuseParams(message: unknown, mistake: string): Answer {
  return refusal(idOf(message), INVALID_PARAMS, mistake, 200);
}

function isLonger(value: unknown, most: number): boolean {
  return typeof value === "string" && value.length > most;
}

/** The answer to a message as it is, or an error in its place where it repeats too much of the message. */
export function bounded(answer: Answer, message: unknown): Answer {
  if (Buffer.byteLength(answer.body) < MAX_ANSWER) return answer;
  return refusal(idOf(message), INVALID_REQUEST, "A value outside the arguments of a tool is too long.");
}

const READING_ERRORS: Record<string, readonly [code: number, message: string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: [PARSE_ERROR, "The body is not valid JSON, or has a key that is not accepted."],
  FST_ERR_CTP_EMPTY_JSON_BODY: [PARSE_ERROR, `The body is empty. ${MESSAGE}.`],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [INVALID_REQUEST, `${MESSAGE}, with the header content-type: application/json.`],
};

/** The form of an error outside the protocol, such as a limit's: that of JSON-RPC, with the code of the graph in its data. */
export function asMessage(error: { code?: string }): RefusalForm {
  const [code, told] = READING_ERRORS[error.code ?? ""] ?? [];
  return ({ message, extensions }, { body }) => {
    const written = code ?? CODES.get(String(extensions?.code)) ?? SERVER_ERROR;
    return { contentType: JSON_TYPE, body: write(idOf(body), written, told ?? message, extensions) };
  };
}

const CODES = new Map([
  ["BAD_USER_INPUT", INVALID_REQUEST],
  ["INTERNAL_SERVER_ERROR", INTERNAL_ERROR],
]);

/** Whether an answer, of one event or the whole body, is an error, or that of a tool. */
export function isError({ body }: Answer): boolean {
  if (body === "") return false;
  const { error, result } = JSON.parse(/^data: (.*)$/m.exec(body)?.[1] ?? body);
  return error !== undefined || result?.isError === true;
}
