import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from "date-fns/constants";
import { withJitter } from "../../async/back-off";
import type { Transaction, WritableDb } from "../../db/database";
import { type Sql, sql } from "../../db/sql";
import type { Answer } from "../receivers/post";
import { type Claim, moveQueued } from "./claim.service";
import { disable } from "./disable.service";
import { wakeHosts } from "./wake-hosts";

/** The pauses before the attempts after the first, in ms; each is varied by a quarter. */
const PAUSES = [
  5000,
  5 * millisecondsInMinute,
  30 * millisecondsInMinute,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * millisecondsInHour),
];
/** A webhook that has failed for so long, in ms, without a success, is disabled. */
const MAX_FAILING_MS = 5 * millisecondsInDay;
/** Only by a message that failed so often, half an hour long: for days there may have been nothing to send, or only a test. */
const MIN_FAILED_ATTEMPTS = 4;
/** The longest time that a receiver can ask to be left alone. */
const MAX_RETRY_AFTER_MS = millisecondsInDay;
/** Retries, so that a short outage of the database after a message was sent does not have it sent twice. */
const RECORDING_TRIES = 10;

const GONE = 410;
/** The receiver, or a proxy before it, cannot take anything at the moment: later events wait, so that they stay in order. */
const AWAY = [408, 425, 429, 502, 503, 504];

/** ACCEPTED; AWAY: no receiver answered; REFUSED: it answered this message with an error; GONE: it wants no more. */
type Outcome = "ACCEPTED" | "AWAY" | "REFUSED" | "GONE";

export function outcomeOf({ statusCode }: Answer): Outcome {
  if (statusCode === null || AWAY.includes(statusCode)) return "AWAY";
  if (statusCode === GONE) return "GONE";
  return statusCode >= 200 && statusCode < 300 ? "ACCEPTED" : "REFUSED";
}

/** Why an answer is a failure, as a sentence for the owner; null when it is none. */
function errorOf({ statusCode, error }: Answer): string | null {
  if (statusCode === null) return error;
  if (statusCode >= 200 && statusCode < 300) return null;
  return statusCode >= 300 && statusCode < 400
    ? `It answered ${statusCode}: redirects are not followed, so give the address it points to.`
    : `It answered ${statusCode}.`;
}

/** Records what came of an attempt, once; a delivery that this attempt does not hold any more is left as it is. */
export async function recordOutcome(db: WritableDb, claim: Claim, answer: Answer, now: Date): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      if (outcomeOf(answer) === "ACCEPTED") return await recordSuccess(db, claim, answer, now);
      return await db.transaction((tx) => recordFailure(tx, claim, answer, now));
    } catch (error) {
      if (tried === RECORDING_TRIES) throw error;
      await sleep(1000);
    }
  }
}

/** A failure of an address that the webhook no longer has says nothing of the new one, which gets the message at once. */
async function recordFailure(tx: Transaction, claim: Claim, answer: Answer, now: Date): Promise<void> {
  const [webhook] = await tx.query<{ url: string; isDisabled: boolean }>(sql`
    select w.url, w.disabled_at is not null as "isDisabled" from webhooks w where w.id = ${claim.webhookId}::int
    for no key update`);
  if (!webhook) return;
  const hasMoved = webhook.url !== claim.url;
  const outcome = hasMoved ? "AWAY" : outcomeOf(answer);
  const later = outcome === "AWAY" || outcome === "REFUSED" ? nextAttemptAt(claim, answer, now) : null;
  const nextAt = later && hasMoved ? now : later;
  const updated = await tx.query(sql`
    with updated as (
      update webhook_deliveries d set status = ${nextAt ? "QUEUED" : "FAILED"}, last_status_code = ${answer.statusCode}::int,
        last_response = ${answer.body}, last_error = ${errorOf(answer)},
        holds_up = d.holds_up and ${outcome === "AWAY"}::boolean,
        next_attempt_at = case when ${webhook.isDisabled}::boolean then 'infinity'
          else coalesce(${nextAt}::timestamptz, d.next_attempt_at) end
      where ${isHeld(claim)}
      returning d.host, d.status, d.next_attempt_at
    ), hosts as (
      ${wakeHosts(sql`select u.host, u.next_attempt_at from updated u where u.status = 'QUEUED' and u.next_attempt_at < 'infinity'`)}
    )
    select from updated`);
  if (updated.length === 0 || webhook.isDisabled || hasMoved) return;
  await noteFailure(tx, claim, { answer, now, waitsUntil: outcome === "AWAY" ? nextAt : null });
}

/** Whether a delivery `d` is still the attempt's. */
const isHeld = ({ id, attempts }: Claim): Sql =>
  sql`d.id = ${id}::int and d.attempts = ${attempts}::int and d.status = 'SENDING'`;

/** Records an accepted message in one statement: most are. A receiver that answers again gets at once what waits for it. */
async function recordSuccess(db: WritableDb, claim: Claim, { statusCode, body }: Answer, now: Date): Promise<void> {
  const [recovered] = await db.write(sql`
    with done as (
      update webhook_deliveries d set status = 'DELIVERED', last_status_code = ${statusCode}::int, last_response = ${body},
        last_error = null
      where ${isHeld(claim)} returning d.webhook_id
    )
    update webhooks w set failing_since = null, waits_until = null
    from done where w.id = done.webhook_id and w.failing_since is not null returning w.id`);
  if (recovered) await db.transaction((tx) => moveQueued(tx, claim.webhookId, now, sql`d.holds_up`));
}

/** Null when this was the last attempt. */
function nextAttemptAt({ roundAttempts, key }: Claim, { retryAfter }: Answer, now: Date): Date | null {
  const pause = isTestKey(key) ? undefined : PAUSES[roundAttempts - 1];
  if (pause === undefined) return null;
  return new Date(now.getTime() + Math.max(withJitter(pause), Math.min(retryAfter ?? 0, MAX_RETRY_AFTER_MS)));
}

/** Events by which an owner tries a webhook: they are sent once. */
export function isTestKey(key: string): boolean {
  return key.startsWith("test ");
}

interface Failure {
  answer: Answer;
  now: Date;
  waitsUntil: Date | null;
}

async function noteFailure(
  tx: Transaction,
  { webhookId, roundAttempts }: Claim,
  { answer, now, waitsUntil }: Failure,
): Promise<void> {
  const [webhook] = await tx.query<{ failingSince: Date }>(sql`
    update webhooks w set failing_since = coalesce(w.failing_since, ${now}::timestamptz), waits_until = ${waitsUntil}::timestamptz
    where w.id = ${webhookId}::int returning w.failing_since as "failingSince"`);
  const { failingSince } = webhook!;
  const hasFailedLong = now.getTime() - failingSince.getTime() >= MAX_FAILING_MS;
  const itself = sql`w.id = ${webhookId}::int`;
  if (answer.statusCode === GONE) {
    await disable(tx, itself, "It answered 410 (gone): it wants no more events.", now);
  } else if (hasFailedLong && roundAttempts >= MIN_FAILED_ATTEMPTS) {
    const reason = `Nothing was delivered for five days, since ${failingSince.toISOString()}. ${errorOf(answer)}`;
    await disable(tx, itself, reason, now);
  } else if (waitsUntil) {
    await holdBack(tx, webhookId, waitsUntil);
  }
}

/** Later events wait for as long as the one that was not answered. */
async function holdBack(tx: Transaction, webhookId: number, until: Date): Promise<void> {
  await tx.query(sql`
    update webhook_deliveries d set next_attempt_at = ${until}::timestamptz
    where d.webhook_id = ${webhookId}::int and d.status = 'QUEUED' and d.holds_up
      and d.next_attempt_at < ${until}::timestamptz`);
}
