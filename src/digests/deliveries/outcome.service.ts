import { setTimeout as sleep } from "node:timers/promises";
import { doubledPause } from "../../async/back-off";
import type { Transaction, WritableDb } from "../../db/database";
import { sql } from "../../db/sql";
import { countSoftBounce, suppress } from "../bounces/bounce.service";
import type { Outcome } from "../transport/smtp-outcome";
import type { Claim } from "./claim.service";
import type { DeliveryStatus } from "./delivery.entity";

const MINUTE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;
const LONGEST_TRIED_MS = 24 * 60 * MINUTE_MS;
/** Retries, so that a short outage of the database after a mail was sent does not make it UNKNOWN. */
const RECORDING_TRIES = 10;

/** The outcome of an attempt, or why it was not made. */
export type Result = Outcome | { kind: "SKIPPED"; reason: string };

/** Records the outcome of an attempt, once; a delivery that this attempt does not hold is left as it is. */
export async function recordOutcome(
  db: WritableDb,
  secret: string,
  claim: Claim,
  result: Result,
  now: Date,
): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.transaction((tx) => recordOnce(tx, secret, claim, result, now));
    } catch (error) {
      if (tried === RECORDING_TRIES) throw error;
      await sleep(1000);
    }
  }
}

async function recordOnce(tx: Transaction, secret: string, claim: Claim, result: Result, now: Date): Promise<void> {
  const status = statusAfter(claim, result, now);
  const error = "reason" in result ? result.reason : null;
  const updated = await tx.query(sql`
    update digest_deliveries d
    set status = ${status}, error = ${error}, next_attempt_at = ${nextAttemptAt(claim, now)}::timestamptz,
      sent_at = case when ${status} = 'SENT' then ${now}::timestamptz end
    where d.id = ${claim.id}::int and d.attempts = ${claim.attempts}::int and d.status in ('SENDING', 'UNKNOWN')
    returning d.id`);
  if (updated.length === 0) return;
  if (status === "SENT") await rememberSent(tx, claim, now);
  // Papers that did not reach the reader may come with a later digest; those of an UNKNOWN mail may have been read.
  if (status === "SKIPPED" || status === "FAILED") {
    await tx.query(sql`delete from digest_delivery_papers e where e.delivery_id = ${claim.id}::int`);
  }
  if (result.kind === "REFUSED" && result.isBounce) await suppress(tx, secret, claim, "BOUNCE");
  if (status === "FAILED" && result.kind === "FAILED" && result.isSoftBounce) {
    await countSoftBounce(tx, claim.subscriptionId, now);
  }
}

function statusAfter({ createdAt }: Claim, result: Result, now: Date): DeliveryStatus {
  if (result.kind === "ACCEPTED") return "SENT";
  if (result.kind === "REFUSED") return "FAILED";
  if (result.kind !== "FAILED") return result.kind;
  const isLast = now.getTime() - createdAt.getTime() >= LONGEST_TRIED_MS;
  return isLast ? "FAILED" : "QUEUED";
}

/** One minute after the first attempt, then twice as long each time, up to an hour. */
function nextAttemptAt({ attempts }: Claim, now: Date): Date {
  return new Date(now.getTime() + doubledPause(attempts, { first: MINUTE_MS, most: LONGEST_PAUSE_MS }));
}

/** A bounce arrives after its mail was accepted: soft bounces in a row end with a mail after which none arrived. */
async function rememberSent(tx: Transaction, { subscriptionId, kind }: Claim, now: Date): Promise<void> {
  await tx.query(sql`
    update digest_subscriptions s
    set soft_bounces = case when s.soft_bounced_at >= s.last_sent_at then s.soft_bounces else 0 end,
      last_sent_at = case when ${kind} = 'DIGEST' then ${now}::timestamptz else s.last_sent_at end
    where s.id = ${subscriptionId}::int`);
}
