import { setTimeout as sleep } from "node:timers/promises";
import type { GraphQLError } from "graphql";
import { badUserInput, serviceUnavailable, timedOut, unauthenticated } from "../errors";

const RETRIES = 3;
const FIRST_PAUSE_MS = 50;

/** Class 08, connection exceptions; 57P01 to 57P03, the server stops or starts; 53300, it takes no more connections. */
const AWAY = /^(08...|57P0[123]|53300|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|ENOENT)$/;
/** A serialization failure, a deadlock, or a connection that was lost: another try can do. */
const WORTH_A_RETRY = /^(40001|40P01|57P01|08...|ECONNRESET|EPIPE)$/;
/** What node-postgres says, without a code, of a connection that was lost or was not made in time. */
const LOST = /^(Connection terminated|Client has encountered a connection error|timeout expired|timeout exceeded)/;
const STATEMENT_TIMEOUT = "57014";
const LOCK_TIMEOUT = "55P03";
const FOREIGN_KEY = "23503";
/** By PostgreSQL's naming, what a user's rows say of whose they are. */
const OF_USER = /_user_id_fkey$/;
const UNREADABLE_TEXT = /^(22021|22P05)$/;

/** What a failure of the database means to who asked; null when it is a fault of ours. Knows all codes of PostgreSQL. */
export function faultOf(error: unknown): GraphQLError | null {
  const { code, message, constraint } = detailsOf(error);
  if (AWAY.test(code) || LOST.test(message)) return serviceUnavailable("The database is away or busy; try again soon.");
  if (code === STATEMENT_TIMEOUT || isSilence(error)) {
    return timedOut("The database took too long over this; ask for less, or try again later.");
  }
  if (isLockTimeout(error)) return timedOut("Another change held this up for too long; try again.");
  if (code === FOREIGN_KEY && OF_USER.test(constraint)) return unauthenticated("This account was deleted.");
  if (UNREADABLE_TEXT.test(code)) {
    return badUserInput(null, "Text must not contain the NUL character (\\u0000) or half of a surrogate pair.");
  }
  return null;
}

/** Whether a server is away or cut a connection off: another one may do better. */
export function isFaultOfServer(error: unknown): boolean {
  const { code, message } = detailsOf(error);
  return AWAY.test(code) || LOST.test(message);
}

/** Whether another change held a row for too long. */
export function isLockTimeout(error: unknown): boolean {
  return detailsOf(error).code === LOCK_TIMEOUT;
}

/** Whether the server has not answered at all: it may be gone, or the network to it, without a word. */
export function isSilence(error: unknown): boolean {
  return detailsOf(error).message === "Query read timeout";
}

/**
 * Whether a statement may do better on the primary, although the replica is there: it cancels reads that replaying
 * collides with, its schema may be behind, or it had too much to do.
 */
export function isFaultOfReplica(error: unknown): boolean {
  const { code } = detailsOf(error);
  return /^(40001|42P01|42703|42883)$/.test(code) || isSilence(error);
}

/** Whether a statement was refused for what one of its rows says (class 23): it may do without that row. */
export function isFaultOfRow(error: unknown): boolean {
  return /^23...$/.test(detailsOf(error).code);
}

/** Runs idempotent work, and again up to three times when the database could not finish it but may the next time. */
export async function retry<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await work();
    } catch (error) {
      const { code, message } = detailsOf(error);
      const again = WORTH_A_RETRY.test(code) || message.startsWith("Connection terminated");
      if (!again || tried === RETRIES) throw error;
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
