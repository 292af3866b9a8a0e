import { randomUUID } from "node:crypto";
import type { WritableDb } from "../../db/database";
import type { Log } from "../../log";
import { payloadOf } from "../formats/payload";
import { createResolver, type DialOptions } from "../receivers/dial";
import { type Answer, post } from "../receivers/post";
import type { ReceiverRules } from "../receivers/receiver-url";
import { secretOf, signatureHeaders } from "../secret";
import { type Claim, claimNext, releaseHost } from "./claim.service";
import { isTestKey, outcomeOf, recordOutcome } from "./outcome.service";

/** How long a host is served before others have their turn, in ms. */
const TURN_MS = 20_000;
/** A host whose answer took longer than this, in ms, is slow. */
const SLOW_MS = 3000;

/** What all senders of a process share. */
export interface SendOptions {
  /** Of this process, among those that send. */
  owner: string;
  /** That secrets are derived with. */
  key: string;
  dial: DialOptions;
  log: Log;
  /** The time of an attempt in ms; 15,000 when not set. */
  timeout?: number;
}

/** The send options of the running service. */
export function createSendOptions(key: string, rules: ReceiverRules, log: Log): SendOptions {
  return { owner: randomUUID(), key, dial: { rules, resolver: createResolver() }, log };
}

/**
 * Sends what is due to a leased host, one after the other, for a while, and gives the host back. Each attempt is noted before
 * it is made, and its outcome after. Returns how many there were.
 */
export async function serveHost(
  db: WritableDb,
  host: string,
  options: SendOptions,
  clock: () => Date,
  signal?: AbortSignal,
): Promise<number> {
  const began = performance.now();
  let sent = 0;
  let isSlow: boolean | null = null;
  try {
    while (!signal?.aborted && performance.now() - began < TURN_MS) {
      const claim = await claimNext(db, host, options.owner, clock());
      if (!claim) break;
      const { answer, took } = await attempt(claim, options, clock());
      isSlow = answer.statusCode === null || took > SLOW_MS;
      sent++;
      await recordOutcome(db, claim, answer, clock());
      if (outcomeOf(answer) !== "ACCEPTED") {
        const { id, webhookId, attempts } = claim;
        const { statusCode, error } = answer;
        options.log.info(
          { delivery: id, webhook: webhookId, attempts, statusCode, error },
          "a webhook was not accepted",
        );
      }
    }
  } finally {
    await releaseHost(db, host, { owner: options.owner, now: clock(), isSlow });
  }
  return sent;
}

async function attempt(claim: Claim, options: SendOptions, at: Date): Promise<{ answer: Answer; took: number }> {
  const began = performance.now();
  const answer = await post(messageOf(claim, options.key, at), options.dial, options.timeout);
  return { answer, took: performance.now() - began };
}

function messageOf(claim: Claim, key: string, at: Date) {
  const body = payloadOf({ ...claim, isTest: isTestKey(claim.key) }, claim.format);
  const salts = [claim.secretSalt, ...(claim.previousSalt ? [claim.previousSalt] : [])];
  const secrets = salts.map((salt) => secretOf(key, salt));
  const { messageId, url } = claim;
  return {
    url,
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "daily-papers-api",
      ...signatureHeaders(secrets, { messageId, at, body }),
    },
  };
}
