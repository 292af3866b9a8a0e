import { badUserInput } from "../../graphql/errors";
import { isObject } from "../../graphql/json";

const SAYS_NOTHING = /^(?:query|operationName|variables|extensions)(?:=(?:null)?)?$/;
/** RFC 9112, 3.2.2: the target may be a whole URL, as it is sent to a proxy. */
const GRAPHQL = /^(?:https?:\/\/[^/?]+)?(\/graphql(?:\/stream)?)\/?(?:\?(.*))?$/i;

/**
 * A URL of GraphQL without a trailing slash, and without parameters that are empty or null, which clients send that always
 * fill in all four. Other URLs are returned unchanged.
 */
export function plainUrl(url: string): string {
  const [, path, search] = GRAPHQL.exec(url) ?? [];
  if (path === undefined) return url;
  const rest = search?.split("&").filter((parameter) => !SAYS_NOTHING.test(parameter));
  return rest?.length ? `${path}?${rest.join("&")}` : path;
}

const EMPTY_IN_MESSAGE = /"(?:variables|extensions)"\s*:\s*""/;

/** A WebSocket message with empty parameters set to null: for empty ones graphql-ws would close the socket. */
export function normalizeMessage(text: string): string {
  if (!EMPTY_IN_MESSAGE.test(text)) return text;
  try {
    const { payload, ...message } = JSON.parse(text);
    if (message.type !== "subscribe" || !isObject(payload)) return text;
    for (const name of ["variables", "extensions"]) if (payload[name] === "") payload[name] = null;
    return JSON.stringify({ ...message, payload });
  } catch {
    // graphql-ws reports what is wrong with it.
    return text;
  }
}

/** The parameters of GraphQL over HTTP. Only the query is required, unless a hash names a persisted one. */
export interface Parameters {
  /** The document's text; null when only its hash was sent. */
  query: string | null;
  operationName: string | null;
  variables: Record<string, unknown>;
  extensions: Record<string, unknown>;
}

/** Reads the parameters of a body or a message; empty ones and null count as absent. */
export function readParameters(given: Record<string, unknown>): Parameters {
  return {
    query: textIn(given, "query"),
    operationName: textIn(given, "operationName"),
    variables: objectIn(given, "variables"),
    extensions: objectIn(given, "extensions"),
  };
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
