import { badUserInput } from "../../graphql/errors";
import { isObject } from "../../graphql/json";

const SAYS_NOTHING = /^(?:query|documentId|operationName|variables|extensions)(?:=(?:null)?)?$/;
/** The same, at its place in a URL. */
const HAS_NOTHING = /[?&](?:query|documentId|operationName|variables|extensions)(?:=(?:null)?)?(?:&|$)/;
/** RFC 9112, 3.2.2: the target may be a whole URL, as it is sent to a proxy. */
const GRAPHQL = /^(?:https?:\/\/[^/?]+)?(\/graphql(?:\/stream)?)\/?(?:\?(.*))?$/i;

/**
 * A URL of GraphQL without a trailing slash, and without parameters that are empty or null, which clients send that always
 * fill in all of them. Other URLs are returned unchanged.
 */
export function plainUrl(url: string): string {
  // Most are: every request passes here.
  if (url.startsWith("/graphql?") && !HAS_NOTHING.test(url)) return url;
  const [, path, search] = GRAPHQL.exec(url) ?? [];
  if (path === undefined) return url;
  const rest = search?.split("&").filter((parameter) => !SAYS_NOTHING.test(parameter));
  return rest?.length ? `${path}?${rest.join("&")}` : path;
}

const EMPTY_OR_ID_IN_MESSAGE = /"(?:variables|extensions)"\s*:\s*""|"(?:documentId|persistedQuery)"\s*:/;

/** A WebSocket message with empty parameters set to null, and a missing query to "": for others graphql-ws would close the socket. */
export function normalizeMessage(text: string): string {
  if (!EMPTY_OR_ID_IN_MESSAGE.test(text)) return text;
  try {
    const { payload, ...message } = JSON.parse(text);
    if (message.type !== "subscribe" || !isObject(payload)) return text;
    for (const name of ["variables", "extensions"]) if (payload[name] === "") payload[name] = null;
    payload.query ??= "";
    return JSON.stringify({ ...message, payload });
  } catch {
    // graphql-ws reports what is wrong with it.
    return text;
  }
}

/** The parameters of GraphQL over HTTP. Only the query is required, unless an id or a hash names a document. */
export interface Parameters {
  /** The document's text; null when only its id or hash was sent. */
  query: string | null;
  /** The id of a trusted document; null when none was sent. */
  documentId: string | null;
  /** SHA-256 of a persisted query; null when none was sent. */
  persistedHash: string | null;
  operationName: string | null;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
}

/**
 * Reads the parameters of a body or a message; empty ones and null count as absent. Throws BAD_USER_INPUT that says what to
 * send instead.
 */
export function readParameters(given: Record<string, unknown>): Parameters {
  const { persistedQuery = null, ...extensions } = objectIn(given, "extensions");
  const parameters = {
    query: textIn(given, "query"),
    documentId: textIn(given, "documentId"),
    persistedHash: persistedQuery === null ? null : hashOf(persistedQuery),
    operationName: textIn(given, "operationName"),
    variables: objectIn(given, "variables"),
    extensions,
  };
  if (parameters.documentId === null || (parameters.query === null && parameters.persistedHash === null))
    return parameters;
  throw badUserInput(
    "documentId",
    "documentId is sent instead of query and extensions.persistedQuery, not beside them.",
  );
}

/** Reads the hash of Apollo's persisted query protocol, version 1. */
function hashOf(persistedQuery: unknown): string {
  const { version, sha256Hash } = isObject(persistedQuery) ? persistedQuery : {};
  if (version === 1 && typeof sha256Hash === "string") return sha256Hash;
  const form = '{"version": 1, "sha256Hash": "..."}, with the SHA-256 of the query';
  throw badUserInput("extensions", `extensions.persistedQuery must be ${form}.`);
}

/** Parses the parameters of a URL into those that a body would have. */
export function parseParameters(given: unknown): unknown {
  if (!isObject(given)) return given;
  return { ...given, variables: parsedIn(given, "variables"), extensions: parsedIn(given, "extensions") };
}

function textIn(given: Record<string, unknown>, name: string): string | null {
  const value = given[name] === "" ? null : (given[name] ?? null);
  if (Array.isArray(value)) throw badUserInput(name, `${name} must be given once.`);
  if (value === null || typeof value === "string") return value;
  throw badUserInput(name, `${name} must be a string.`);
}

function objectIn(given: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = given[name] === "" ? {} : (given[name] ?? {});
  if (isObject(value)) return value;
  throw badUserInput(
    name,
    `${name} must be a JSON object${typeof value === "string" ? ", not a string that holds one" : ""}.`,
  );
}

function parsedIn(given: Record<string, unknown>, name: string): Record<string, unknown> {
  const text = textIn(given, name);
  if (text === null) return {};
  try {
    return objectIn({ [name]: JSON.parse(text) }, name);
  } catch {
    throw badUserInput(name, `${name} must be a JSON object.`);
  }
}
