import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { throttle } from "../async/throttle";
import { clientErrorOf } from "../db/postgres-errors";
import { badUserInput } from "../graphql/errors";
import type { Log } from "../log";
import { reworded } from "./rewording";

/** Every error code of a response but INTERNAL_SERVER_ERROR; README says what each means. */
const CODES = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "PERSISTED_QUERY_NOT_FOUND",
  "DOCUMENT_NOT_FOUND",
  "DOCUMENT_NOT_TRUSTED",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "QUERY_TOO_COMPLEX",
  "SERVICE_UNAVAILABLE",
  "TIMEOUT",
]);

/** Expected failures of the database that are logged, too: operators need the cause. */
const FAILURES = new Set(["SERVICE_UNAVAILABLE", "TIMEOUT"]);
const FAILURE_LOG_PAUSE_MS = 1000;

/** By log and code, the throttle that says whether a failure may be logged now. */
const failureThrottles = new WeakMap<Log, Map<string, () => number | null>>();

/** Turns an error into what a client may see. */
export type Mask = (error: GraphQLError, requestId: string) => GraphQLFormattedError;

/** Without introspection, messages suggest no names of the schema. */
export function createMask(log: Log, introspection: boolean): Mask {
  return (error, requestId) => {
    const masked = mask(error, requestId, log);
    return introspection ? masked : { ...masked, message: masked.message.replace(/ ?Did you mean .*\?/s, "") };
  };
}

/**
 * An expected error passes as it is; anything else is logged in full and becomes "Internal server error", with the
 * requestId that finds it in the log.
 */
function mask(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const { locations, path } = error.toJSON();
  const expected = expectedOf(error);
  if (expected) {
    const { http: _, ...extensions } = expected.extensions;
    if (FAILURES.has(String(extensions.code))) {
      logFailure(log, String(extensions.code), { requestId, path, err: error.originalError ?? error });
    }
    return { message: reworded(expected.message), locations, path, extensions: { ...extensions, requestId } };
  }
  log.error({ requestId, path, err: error.originalError ?? error }, "request failed");
  const extensions = { code: "INTERNAL_SERVER_ERROR", requestId };
  return { message: "Internal server error", locations, path, extensions };
}

/** Logs one line a second for each code, with how many it left out: in an outage every request fails for the same reason. */
export function logFailure(log: Log, code: string, failure: object): void {
  const throttles = failureThrottles.get(log) ?? new Map<string, () => number | null>();
  failureThrottles.set(log, throttles);
  const mayTell = throttles.get(code) ?? throttle(FAILURE_LOG_PAUSE_MS);
  throttles.set(code, mayTell);
  const leftOut = mayTell();
  if (leftOut === null) return;
  log.warn({ ...failure, ...(leftOut > 0 && { leftOut }) }, "request could not be served");
}

/** The outermost error with a known code; null when none has one. */
function expectedOf(error: Error): GraphQLError | null {
  if (!(error instanceof GraphQLError)) return clientErrorOf(error);
  if (CODES.has(String(error.extensions.code))) return isNamed(error) ? error : (mistakeOf(error) ?? error);
  return mistakeOf(error) ?? (error.originalError ? expectedOf(error.originalError) : null);
}

/** Apollo Server gives invalid variables the code BAD_USER_INPUT, but does not say which variable. */
function isNamed({ extensions: { code, argument } }: GraphQLError): boolean {
  return code !== "BAD_USER_INPUT" || argument !== undefined;
}

/** The client's mistakes that graphql-js and Apollo Server report without one of these codes. */
function mistakeOf({ message, extensions }: GraphQLError): GraphQLError | null {
  if (extensions.code === "BAD_REQUEST") return badUserInput(null, message);
  if (extensions.code === "OPERATION_RESOLUTION_FAILURE") return badUserInput("operationName", message);
  if (message.startsWith("provided sha")) return badUserInput("extensions", message);
  if (message.startsWith("Too many errors processing variables")) return badUserInput("variables", message);
  const [, argument] = /^(?:Argument|Variable) "([^"]+)" /.exec(message) ?? [];
  return argument === undefined ? null : badUserInput(argument, message);
}
