import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLError } from "graphql";
import { badUserInput, serviceUnavailable, timedOut, unauthenticated } from "../errors";

const RETRIES = 3;
const FIRST_PAUSE_MS = 50;

/**
 * What a failure of the database is. `lost`: the connection ended, another one may do at once. `away`: the server takes no
 * work now. `short`: it lacks room, memory or a right for now. `conflict`: of two changes that met, this one gave way.
 * `slow`: it was given up. `locked`: another change held it up.
 */
type Fault = "lost" | "away" | "short" | "conflict" | "slow" | "locked";

/**
 * By SQLSTATE (PostgreSQL manual, appendix A), by Node's codes, and by what node-postgres says without one; the first that
 * fits. What stands nowhere here is a mistake of ours, among it the server's own (XX000, and XX001, a damaged table).
 */
const FAULTS: readonly [Fault, RegExp][] = [
  // An administrator, a crash or a time limit for idle sessions ended it; class 08 are exceptions of the connection.
  ["lost", /^(08(?!001|004)...|57P01|57P02|57P05|ECONNRESET|EPIPE|ECONNABORTED)$/],
  ["lost", /^(Connection terminated(?! due to connection timeout)|Client (has encountered|was closed))/],
  // 28 and 3D: its password was changed, its database is being made anew. 57P03: it starts, or stops.
  ["away", /^(08...|57000|57P0.|28...|3D000|53300)$/],
  ["away", /^(E(CONNREFUSED|TIMEDOUT|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL|MFILE|NFILE)|ENOTFOUND)$/],
  ["away", /^(EAI_\w+|ENOENT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_\w+)$/],
  [
    "away",
    /^(timeout e(xpired|xceeded)|Connection terminated|The server does not support SSL|There was an error establ)/,
  ],
  // 53: disk, memory, connections. 58: its files. 55: what is asked for is in use. 25006: it may only be read, now.
  ["short", /^(53...|58...|55000|55006|25006)$/],
  ["conflict", /^(40...)$/],
  // Ended by statement_timeout, by the one for idle transactions, or by the one for transactions; or never answered.
  ["slow", /^(57014|25P03|25P04)$/],
  ["slow", /^Query read timeout$/],
  ["locked", /^55P03$/],
];

const FOREIGN_KEY = "23503";
/** By PostgreSQL's naming, what a user's rows say of whose they are. */
const OF_USER = /_user_id_fkey$/;
const UNREADABLE_TEXT = /^(22021|22P05)$/;

/** A table, column or function that is not there. */
const SCHEMA_BEHIND = /^(42P01|42703|42883)$/;

/** What a failure of the database means to who asked; null when it is a fault of ours. Knows all codes of PostgreSQL. */
export function faultOf(error: unknown): GraphQLError | null {
  const { code, constraint } = detailsOf(error);
  switch (kindOf(error)) {
    case "lost":
    case "away":
    case "conflict":
      return serviceUnavailable("The database is away or busy; try again soon.");
    case "short":
      return serviceUnavailable("The database cannot take this now; try again later.");
    case "slow":
      return timedOut("The database took too long over this; ask for less, or try again later.");
    case "locked":
      return timedOut("Another change held this up for too long; try again.");
    case null:
  }
  if (code === FOREIGN_KEY && OF_USER.test(constraint)) return unauthenticated("This account was deleted.");
  if (UNREADABLE_TEXT.test(code)) {
    return badUserInput(null, "Text must not contain the NUL character (\\u0000) or half of a surrogate pair.");
  }
  return null;
}

/** The same in a sentence for who runs a command, and sees to the database; null when it is a fault of ours. */
export function explainFault(error: unknown): string | null {
  const { code, message } = detailsOf(error);
  switch (kindOf(error)) {
    case "lost":
    case "away":
      return `The database is away, and was when it was tried again: ${message}.`;
    case "short":
      return code === "53100" ? "The database's disk is full." : `The database cannot take this now: ${message}.`;
    case "conflict":
    case "slow":
    case "locked":
      return `Other work in the database held this up for too long: ${message}.`;
    case null:
      return null;
  }
}

function kindOf(error: unknown): Fault | null {
  const { code, message } = detailsOf(error);
  return FAULTS.find(([, pattern]) => pattern.test(code || message))?.[0] ?? null;
}

/** Whether a server is away or cut a connection off: another one may do better. */
export function isFaultOfServer(error: unknown): boolean {
  const kind = kindOf(error);
  return kind === "lost" || kind === "away";
}

/** Whether another change held a row for too long. */
export function isLockTimeout(error: unknown): boolean {
  return kindOf(error) === "locked";
}

/** Whether the server has not answered at all: it may be gone, or the network to it, without a word. */
export function isSilence(error: unknown): boolean {
  return detailsOf(error).message === "Query read timeout";
}

/**
 * Whether a statement may do better on the primary, although the replica is there: it cancels reads that replaying
 * collides with, its schema may be behind, it lacks room or memory, or it had too much to do.
 */
export function isFaultOfReplica(error: unknown): boolean {
  const kind = kindOf(error);
  return kind === "conflict" || kind === "short" || SCHEMA_BEHIND.test(detailsOf(error).code) || isSilence(error);
}

/** Whether a statement was refused for what one of its rows says (class 23): it may do without that row. */
export function isFaultOfRow(error: unknown): boolean {
  return /^23...$/.test(detailsOf(error).code);
}

const REFUSALS: [code: RegExp, why: string][] = [
  [/^22003$/, "A number in it is out of range."],
  [/^2200[78]$/, "A date in it is out of range."],
  [/^(22021|22P05)$/, "It holds what is no text."],
  [/^22...$/, "A value in it cannot be stored."],
  [/^23...$/, "It contradicts what is stored."],
  [/^54...$/, "It is too large to be searched."],
];

/** Why rows were refused for what they say, in words for whoever sent them; null for a failure that is none of theirs. */
export function refusalOf(error: unknown): string | null {
  const { code } = detailsOf(error);
  return REFUSALS.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}

/** Runs idempotent work, and again up to three times when the database could not finish it but may the next time. */
export async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const kind = kindOf(error);
      if ((kind !== "lost" && kind !== "conflict") || tried === RETRIES) throw error;
      // Full jitter: those who failed together do not come back together.
      await sleep(FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random()));
    }
  }
}

function detailsOf(error: unknown): { code: string; message: string; constraint: string } {
  // A host name with several addresses fails with one error for each.
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  if (!(first instanceof Error)) return { code: "", message: "", constraint: "" };
  const { code = "", constraint = "" } = first as Error & { code?: unknown; constraint?: string };
  return { code: String(code), message: first.message, constraint };
}
