import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLError } from "graphql";
import { badUserInput, serviceUnavailable, timedOut, unauthenticated } from "../graphql/errors";

const RETRIES = 3;
const FIRST_PAUSE_MS = 50;

/**
 * Kinds of failures. `lost`: the connection ended, another one may work at once. `away`: the server accepts no work now.
 * `short`: it lacks disk space, memory or a right for now. `conflict`: this transaction was rolled back in favour of another.
 * `slow`: a timeout ended it. `locked`: the lock timeout ended it.
 */
type FailureKind = "lost" | "away" | "short" | "conflict" | "slow" | "locked";

/**
 * Patterns of SQLSTATEs (PostgreSQL manual, appendix A), Node's codes, and node-postgres' messages without a code; the first
 * match counts. All others are bugs, including the server's internal errors (XX000, and XX001, a damaged table).
 */
const FAILURES: readonly [FailureKind, RegExp][] = [
  // Class 08: connection exceptions. 57P01, 57P02, 57P05: ended by an administrator, a crash or the idle session timeout.
  ["lost", /^(08(?!001|004)...|57P01|57P02|57P05|ECONNRESET|EPIPE|ECONNABORTED)$/],
  ["lost", /^(Connection terminated(?! due to connection timeout)|Client (has encountered|was closed))/],
  // 28 and 3D: its password was changed, its database is being recreated. 57P03: it is starting or stopping.
  ["away", /^(08...|57000|57P0.|28...|3D000|53300)$/],
  ["away", /^(E(CONNREFUSED|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL|MFILE|NFILE)|ENOTFOUND)$/],
  ["away", /^(EAI_\w+|ENOENT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_\w+)$/],
  [
    "away",
    /^(timeout e(xpired|xceeded)|Connection terminated|The server does not support SSL|There was an error establ)/,
  ],
  // 53: disk, memory, connections. 58: its files. 55: an object is in use. 25006: it is read-only now.
  ["short", /^(53...|58...|55000|55006|25006)$/],
  ["conflict", /^(40...)$/],
  // statement_timeout, idle_in_transaction_session_timeout, transaction_timeout; then node-postgres' query_timeout.
  ["slow", /^(57014|25P03|25P04)$/],
  ["slow", /^Query read timeout$/],
  ["locked", /^55P03$/],
];

const FOREIGN_KEY = "23503";
/** PostgreSQL's default name of a foreign key from user_id to the users. */
const OF_USER = /_user_id_fkey$/;
const UNREADABLE_TEXT = /^(22021|22P05)$/;

/** An undefined table, column or function. */
const SCHEMA_BEHIND = /^(42P01|42703|42883)$/;

/** A database failure as an error for the client; null when it is a bug. Covers all of PostgreSQL's codes. */
export function clientErrorOf(error: unknown): GraphQLError | null {
  const { code, constraint } = detailsOf(error);
  switch (failureKindOf(error)) {
    case "lost":
    case "away":
    case "conflict":
      return serviceUnavailable("The database is unavailable or busy; try again soon.");
    case "short":
      return serviceUnavailable("The database cannot do this now; try again later.");
    case "slow":
      return timedOut("The database took too long; request less, or try again later.");
    case "locked":
      return timedOut("Another change blocked this for too long; try again.");
    case null:
  }
  if (code === FOREIGN_KEY && OF_USER.test(constraint)) return unauthenticated("This account was deleted.");
  if (UNREADABLE_TEXT.test(code)) {
    return badUserInput(null, "Text must not contain the NUL character (\\u0000) or half of a surrogate pair.");
  }
  return null;
}

/** The same as a sentence for the operator who runs a command; null when it is a bug. */
export function explainFailure(error: unknown): string | null {
  const { code, message } = detailsOf(error);
  switch (failureKindOf(error)) {
    case "lost":
    case "away":
      return `The database is unavailable, even after retries: ${message}.`;
    case "short":
      return code === "53100" ? "The database's disk is full." : `The database cannot do this now: ${message}.`;
    case "conflict":
    case "slow":
    case "locked":
      return `Other work in the database blocked this for too long: ${message}.`;
    case null:
      return null;
  }
}

function failureKindOf(error: unknown): FailureKind | null {
  const { code, message } = detailsOf(error);
  return FAILURES.find(([, pattern]) => pattern.test(code || message))?.[0] ?? null;
}

/** Whether a server is unavailable or ended the connection: another server may succeed. */
export function isServerFailure(error: unknown): boolean {
  const kind = failureKindOf(error);
  return kind === "lost" || kind === "away";
}

/** Whether a failure is the database's, for now: nothing is known to be wrong with what it was asked. */
export function isPassing(error: unknown): boolean {
  return failureKindOf(error) !== null;
}

/** Whether the lock timeout ended a statement. */
export function isLockTimeout(error: unknown): boolean {
  return failureKindOf(error) === "locked";
}

/** Whether the server did not respond at all: it, or the network to it, may be down. */
export function isTimeout(error: unknown): boolean {
  return detailsOf(error).message === "Query read timeout";
}

/**
 * Whether a statement that failed on an available replica may succeed on the primary: a replica cancels reads that conflict
 * with replay, its schema may lag, it may lack disk space or memory, or be overloaded.
 */
export function isReplicaFailure(error: unknown): boolean {
  const kind = failureKindOf(error);
  return kind === "conflict" || kind === "short" || SCHEMA_BEHIND.test(detailsOf(error).code) || isTimeout(error);
}

/** Whether the database user lacks a privilege. */
export function isPermissionDenied(error: unknown): boolean {
  return detailsOf(error).code === "42501";
}

/** Whether a row violated a constraint (class 23): the statement may succeed without that row. */
export function isConstraintViolation(error: unknown): boolean {
  return /^23...$/.test(detailsOf(error).code);
}

/** Whether a row refers to one that is not there, by the named constraint. */
export function refersToNothing(error: unknown, constraint: string): boolean {
  return detailsOf(error).code === "23503" && (error as { constraint?: unknown }).constraint === constraint;
}

const REFUSALS: [code: RegExp, why: string][] = [
  [/^22003$/, "A number in it is out of range."],
  [/^2200[78]$/, "A date in it is out of range."],
  [/^(22021|22P05)$/, "It contains invalid characters."],
  [/^22...$/, "A value in it cannot be stored."],
  [/^23...$/, "It conflicts with stored data."],
  [/^54...$/, "It is too large to be searched."],
];

/** Why rows were refused for their values, as a sentence for their sender; null for any other failure. */
export function rejectionReasonOf(error: unknown): string | null {
  const { code } = detailsOf(error);
  return REFUSALS.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

/** Runs idempotent work, and retries it up to three times after a lost connection or a conflict. */
export async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const kind = failureKindOf(error);
      if ((kind !== "lost" && kind !== "conflict") || tried === RETRIES) throw error;
      // Jitter: callers that failed together do not retry together.
      await sleep(FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random()));
    }
  }
}

/** The first error, where a host name with several addresses failed with one error for each address. */
export function firstError(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function detailsOf(error: unknown): { code: string; message: string; constraint: string } {
  const first = firstError(error);
  if (!(first instanceof Error)) return { code: "", message: "", constraint: "" };
  const { code = "", constraint = "" } = first as Error & { code?: unknown; constraint?: string };
  return { code: String(code), message: first.message, constraint };
}
