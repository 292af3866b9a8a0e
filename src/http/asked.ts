import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";
import { isObject } from "../json";

/** What a request plainly asks: a query by its text or by its hash, one of them. */
export interface Asked {
  text: string | null;
  /** SHA-256 of a persisted query. */
  hash: string | null;
  operationName: string | null;
  variables: Record<string, unknown>;
  contentType: string;
}

/** What Apollo Server answers in, the first one where a client takes any. */
const CONTENT_TYPES = [
  "application/json; charset=utf-8",
  "application/graphql-response+json; charset=utf-8",
  "application/json; callbackSpec=1.0; charset=utf-8",
];
const MAX_ACCEPTS = 100;
const accepts = new LRUCache<string, { contentType: string | undefined }>({ max: MAX_ACCEPTS });

/** Reads a request that has just a query, its variables and its name; null for any other, good or not. */
export function readAsked(request: FastifyRequest): Asked | null {
  const { query: text = null, operationName = null, variables = null, extensions = null } = fieldsOf(request);
  const hash = isObject(extensions) ? hashOf(extensions.persistedQuery) : null;
  if (typeof (text ?? hash) !== "string" || (text !== null && hash !== null)) return null;
  if (operationName !== null && typeof operationName !== "string") return null;
  if ([variables, extensions].some((each) => each !== null && !isObject(each))) return null;
  const contentType = contentTypeOf(request.headers.accept);
  if (!contentType) return null;
  return { text, hash, operationName, variables: variables ?? {}, contentType } as Asked;
}

/** Whether a request names an operation, by its text or by a hash, in a way that is taken. */
export function isAsking(request: FastifyRequest): boolean {
  const { query, extensions } = fieldsOf(request);
  return isAskedOnPurpose(request) && (typeof query === "string" || isObject(extensions));
}

/** The hash of a persisted query; null when none is asked for, and anything else for one that is no good. */
function hashOf(persistedQuery: unknown): unknown {
  if (persistedQuery === undefined) return null;
  return (isObject(persistedQuery) && persistedQuery.version === 1 && persistedQuery.sha256Hash) || {};
}

/** The SHA-256 of the document of a request: by the text that it has, or as it is told; null where there is neither. */
export function hashOfDocument(request: FastifyRequest): string | null {
  const { query, extensions } = fieldsOf(request);
  if (typeof query === "string") return createHash("sha256").update(query).digest("hex");
  const hash = isObject(extensions) ? hashOf(extensions.persistedQuery) : null;
  return typeof hash === "string" ? hash : null;
}

function fieldsOf({ method, body, query }: FastifyRequest): Record<string, unknown> {
  if (method === "POST") return isObject(body) ? body : {};
  if (method !== "GET" || !isObject(query)) return {};
  return { ...query, variables: parse(query.variables), extensions: parse(query.extensions) };
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

/**
 * As Apollo Server chooses it, which shows its landing page to whoever takes HTML. Clients send few headers, so what was
 * chosen is remembered.
 */
function contentTypeOf(accept: string | undefined): string | undefined {
  if (!accept) return CONTENT_TYPES[0];
  if (accept.includes("text/html")) return undefined;
  let chosen = accepts.get(accept);
  if (!chosen) {
    chosen = { contentType: new Negotiator({ headers: { accept } }).mediaType(CONTENT_TYPES) };
    accepts.set(accept, chosen);
  }
  return chosen.contentType;
}

/**
 * Whether a page of another site could not have sent it without asking first (Apollo Server's CSRF prevention). A POST
 * is of application/json, or it would not have come so far.
 */
export function isAskedOnPurpose({ method, headers }: FastifyRequest): boolean {
  if (method === "POST") return true;
  return !!(headers["apollo-require-preflight"] || headers["x-apollo-operation-name"]) && !headers["content-type"];
}
