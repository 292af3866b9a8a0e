import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";
import type { PartEncoding } from "../../graphql/encoded-parts";
import { badUserInput } from "../../graphql/errors";
import { isObject } from "../../graphql/json";
import { type Parameters, parseParameters, readParameters } from "./parameters";
import { asJson } from "./parts";

/** A GraphQL request, the same whether it came by GET or by POST. */
export interface GraphqlRequest extends Parameters {
  method: "GET" | "POST";
  /** Whether its document is this server's own, and so never refused. */
  isOwn: boolean;
  /** The form of parts in its result; null where it has none. */
  parts: PartEncoding | null;
  accepted: Accepted;
}

/** What a client accepts. */
interface Accepted {
  contentType: string | undefined;
  /** Whether it prefers HTML: it is a browser. */
  isPage: boolean;
}

const GRAPHQL_RESPONSE = "application/graphql-response+json; charset=utf-8";
/** GraphQL over HTTP, 6.1; the first one is the default. */
const JSON_TYPES = ["application/json; charset=utf-8", GRAPHQL_RESPONSE];
const MAX_ACCEPTS = 100;
/** Clients send few different Accept headers, so the results are cached. */
const accepts = new LRUCache<string, Accepted>({ max: MAX_ACCEPTS });

export function acceptedBy({ headers }: Pick<FastifyRequest, "headers">): Accepted {
  // An empty list names no type that would be wrong.
  const accept = headers.accept || "*/*";
  let accepted = accepts.get(accept);
  if (!accepted) {
    const negotiator = new Negotiator({ headers: { accept } });
    accepted = {
      contentType: negotiator.mediaType(JSON_TYPES),
      isPage: negotiator.mediaType([...JSON_TYPES, "text/html"]) === "text/html",
    };
    accepts.set(accept, accepted);
  }
  return accepted;
}

/** Whether a response is of the media type with which well-formed ones may have a status beside 200 (GraphQL over HTTP, 6.4). */
export function isGraphqlResponse({ contentType }: Accepted): boolean {
  return contentType === GRAPHQL_RESPONSE;
}

/** Reads a request; throws BAD_USER_INPUT that says what to send instead. Its document is parsed later. */
export function readRequest(request: FastifyRequest): GraphqlRequest {
  if (request.method === "GET") requireCsrfSafe(request);
  const accepted = acceptedBy(request);
  if (!accepted.contentType) {
    const message =
      "Answers are of the type application/json or application/graphql-response+json: accept one of them.";
    throw badUserInput("Accept", message, 406);
  }
  const parameters = request.method === "POST" ? readBody(request.body) : parametersOf(request);
  return { method: request.method as GraphqlRequest["method"], isOwn: false, parts: asJson, ...parameters, accepted };
}

const MAX_URLS = 1000;
const MAX_BYTES = 2 * 1024 * 1024;
/** The parameters of URLs that came before: caches and front ends ask for the same ones again and again. */
const urls = new LRUCache<string, Parameters>({
  max: MAX_URLS,
  maxSize: MAX_BYTES,
  sizeCalculation: (_, url) => url.length,
});

function parametersOf({ url, query }: FastifyRequest): Parameters {
  let parameters = urls.get(url);
  if (!parameters) {
    parameters = readBody(parseParameters(query));
    urls.set(url, parameters);
  }
  return parameters;
}

function readBody(given: unknown): Parameters {
  if (!isObject(given)) {
    throw badUserInput("body", 'The body must be one JSON object: {"query": "...", "variables": {...}}.');
  }
  const parameters = readParameters(given);
  const { query, documentId, persistedHash } = parameters;
  if (query === null && documentId === null && persistedHash === null) {
    throw badUserInput(
      "query",
      "A request needs a query, a documentId, or extensions.persistedQuery with the hash of a query.",
    );
  }
  return parameters;
}

/** A request with a document of this server's own. */
export function ownRequest(
  method: GraphqlRequest["method"],
  query: string,
  variables: Record<string, unknown>,
  parts: PartEncoding | null = null,
): GraphqlRequest {
  const parameters = { query, documentId: null, persistedHash: null, operationName: null, variables, extensions: {} };
  return { method, isOwn: true, parts, ...parameters, accepted: { contentType: undefined, isPage: false } };
}

/** The SHA-256 of a request's document: of its text, or as the client sent it. */
export function documentHash({ query, persistedHash }: GraphqlRequest): string {
  return query === null ? persistedHash! : createHash("sha256").update(query).digest("hex");
}

/**
 * Refuses requests that a page of another site could send without a CORS preflight (CSRF): browsers send one before a custom
 * header or JSON. A POST is JSON, or it would have been refused before.
 */
function requireCsrfSafe({ headers }: FastifyRequest): void {
  const { "content-type": type } = headers;
  if (type !== undefined && !/^application\/json\s*(;|$)/i.test(type)) {
    throw badUserInput(
      "Content-Type",
      "A GET has no body: send it without a content-type, or as application/json.",
      415,
    );
  }
  if (type !== undefined || headers["apollo-require-preflight"] || headers["x-apollo-operation-name"]) return;
  throw badUserInput(
    "apollo-require-preflight",
    "A page of another site could have sent this without a CORS preflight (CSRF): send the header apollo-require-preflight: 1 with a GET.",
  );
}
