// Not from all of graphql, which every command would load for its errors.
import { GraphQLError } from "graphql/error";

/**
 * A mistake of the caller: `argument` names what is wrong, if known; the message says what to send instead. `status` and
 * `headers` are those of the HTTP response to a request that is refused as such.
 */
export function badUserInput(
  argument: string | null,
  message: string,
  status?: number,
  headers: Record<string, string> = {},
): GraphQLError {
  const http: object = { status, headers: new Map(Object.entries(headers)) };
  return new GraphQLError(message, {
    extensions: {
      code: "BAD_USER_INPUT",
      ...(argument !== null && { argument }),
      ...(status !== undefined && { http }),
    },
  });
}

/** An id of SHA-256 with its prefix is shown whole. */
const MAX_ID_SHOWN = 80;

/** No trusted document has the id. */
export function documentNotFound(id: string): GraphQLError {
  return refusedDocument(
    "DOCUMENT_NOT_FOUND",
    `No trusted document has the documentId ${JSON.stringify(id.slice(0, MAX_ID_SHOWN))}: this server must be started with a client's documents before the client is used.`,
  );
}

/** The document is not one of those that are served alone. */
export function documentNotTrusted(): GraphQLError {
  return refusedDocument(
    "DOCUMENT_NOT_TRUSTED",
    "This server executes only the documents of its clients (setting TRUSTED_DOCUMENTS_ONLY): send the documentId of one, or an access token with the scope DEVELOP.",
  );
}

function refusedDocument(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
}

/** The caller must be authenticated. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED" } });
}

/** RFC 9110, 15.5.2: a 401 says how to authenticate; RFC 6750 names the scheme. */
export const bearerChallenge = ["www-authenticate", "Bearer"] as const;

/** The request's credentials are invalid: nothing of it is executed, and the HTTP status is 401. */
export function badCredentials(message: string, challenge: string = bearerChallenge[1]): GraphQLError {
  const http: object = { status: 401, headers: new Map([[bearerChallenge[0], challenge]]) };
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED", http } });
}

/** The caller is authenticated, but lacks permission. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "FORBIDDEN" } });
}

/** The caller has used up a limit; `retryAfter` is in seconds. */
export function rateLimited(message: string, retryAfter: number, details: object = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "RATE_LIMITED", retryAfter, ...details } });
}

/** The error of an operation that costs more than it may; `cost` is null when it was not fully calculated. */
export function tooComplex(cost: number | null, limit: number): GraphQLError {
  const found = cost === null ? `more than ${limit}` : cost;
  return new GraphQLError(
    `This operation costs ${found} points; at most ${limit} are allowed. Request smaller pages, less below each row (highlights, lists), fewer words in filters, or totalCount in a separate operation.`,
    { extensions: { code: "QUERY_TOO_COMPLEX", cost, limit } },
  );
}

/** Anything that was thrown as a GraphQLError; unexpected errors are masked later. */
export function asGraphQLError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  return new GraphQLError("", { originalError: thrown instanceof Error ? thrown : new Error(String(thrown)) });
}

/** A service that the response needs is unavailable for now. `retryAfter` is in seconds. */
export function serviceUnavailable(message: string, cause?: Error, retryAfter = 2): GraphQLError {
  return new GraphQLError(message, {
    originalError: cause,
    extensions: { code: "SERVICE_UNAVAILABLE", retryAfter },
  });
}

/** The operation took too long and was stopped. A change may have been made all the same; repeating it is safe. */
export function timedOut(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "TIMEOUT" } });
}
