import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { faultOf } from "../db/faults";
import { badUserInput } from "../errors";
import type { Log } from "../log";

/** Every code that an answer may carry; README says what each means. */
const CODES = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "PERSISTED_QUERY_NOT_FOUND",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "RATE_LIMITED",
  "QUERY_TOO_COMPLEX",
  "SERVICE_UNAVAILABLE",
  "TIMEOUT",
]);

/** Expected of a database, but whoever runs this wants to know the cause. */
const FAULTS = new Set(["SERVICE_UNAVAILABLE", "TIMEOUT"]);
const FAULT_LOG_PAUSE_MS = 1000;

/** By code, when each log was last told of a fault, and how many it was not told of since. */
const lastFaults = new WeakMap<Log, Map<string, { at: number; leftOut: number }>>();

/**
 * What a client is told of an error. An expected one passes as it is; anything else is logged in full and answered
 * "Internal server error", with the requestId that finds it in the log.
 */
export function mask(error: GraphQLError, requestId: string | null, log: Log): GraphQLFormattedError {
  const { locations, path } = error.toJSON();
  const expected = expectedOf(error);
  if (expected) {
    const { http: _, ...extensions } = expected.extensions;
    if (FAULTS.has(String(extensions.code))) {
      logFault(log, String(extensions.code), { requestId, path, err: error.originalError ?? error });
    }
    return { message: expected.message, locations, path, extensions: { ...extensions, requestId } };
  }
  log.error({ requestId, path, err: error.originalError ?? error }, "request failed");
  const extensions = { code: "INTERNAL_SERVER_ERROR", requestId };
  return { message: "Internal server error", locations, path, extensions };
}

/** In an outage every request fails for the same reason: one line a second for each code, which tells how many it left out. */
export function logFault(log: Log, code: string, fault: object): void {
  const said = lastFaults.get(log) ?? new Map<string, { at: number; leftOut: number }>();
  lastFaults.set(log, said);
  const last = said.get(code);
  if (last && performance.now() - last.at < FAULT_LOG_PAUSE_MS) {
    last.leftOut++;
    return;
  }
  log.warn({ ...fault, ...(last?.leftOut && { leftOut: last.leftOut }) }, "request could not be served");
  said.set(code, { at: performance.now(), leftOut: 0 });
}

/** The first error, from the outside in, that says what it is; null when none does. */
function expectedOf(error: Error): GraphQLError | null {
  if (!(error instanceof GraphQLError)) return faultOf(error);
  if (CODES.has(String(error.extensions.code))) return isNamed(error) ? error : (mistakeOf(error) ?? error);
  return mistakeOf(error) ?? (error.originalError ? expectedOf(error.originalError) : null);
}

/** Apollo Server gives errors in variables our code, but does not say which variable. */
function isNamed({ extensions: { code, argument } }: GraphQLError): boolean {
  return code !== "BAD_USER_INPUT" || argument !== undefined;
}

/** The caller's mistakes that graphql-js and Apollo Server find, but give no code of ours. */
function mistakeOf({ message, extensions }: GraphQLError): GraphQLError | null {
  if (extensions.code === "BAD_REQUEST") return badUserInput(null, message);
  if (extensions.code === "OPERATION_RESOLUTION_FAILURE") return badUserInput("operationName", message);
  if (/^(provided sha|Unsupported persisted query)/.test(message)) return badUserInput("extensions", message);
  if (message.startsWith("Too many errors processing variables")) return badUserInput("variables", message);
  const [, argument] = /^(?:Argument|Variable) "([^"]+)" /.exec(message) ?? [];
  return argument === undefined ? null : badUserInput(argument, message);
}
