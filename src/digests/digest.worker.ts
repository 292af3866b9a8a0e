import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInDay } from "date-fns/constants";
import { logFailures, repeat } from "../async/background-loop";
import { databaseNow, steadyNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { recoverSending } from "./deliveries/claim.service";
import { planDigests } from "./deliveries/plan.service";
import { type SendOptions, sendNext } from "./deliveries/send.service";
import { forgetOldMails } from "./outbox/outbox.retention";
import { forgetOldData } from "./subscriptions/retention.service";

const SENDERS = 4;
/** A digest is planned at most this long after it is due. */
const PLANNING_MS = 20_000;
/** A confirmation is sent at most this long after the request. */
const IDLE_MS = 2000;

/**
 * Plans and sends digests until the signal aborts; mails in flight are finished. Any number of processes may do so at once.
 * After a failure the next round tries again.
 */
export async function runDigests(db: WritableDb, sending: SendOptions, signal: AbortSignal): Promise<void> {
  const send = logFailures("sending mails", sending.log, { work: () => sendDue(db, sending), otherwise: false });
  const loops = [planRegularly(db, sending, signal)];
  for (let i = 0; i < SENDERS; i++) loops.push(sendRegularly(send, signal));
  await Promise.all(loops);
  sending.mailer.close();
}

async function planRegularly(db: WritableDb, { log, settings }: SendOptions, signal: AbortSignal): Promise<void> {
  let cleanedAt = Number.NEGATIVE_INFINITY;
  const work = async () => {
    const now = await steadyNow(db);
    const unknown = await recoverSending(db, now);
    if (unknown > 0) log.warn({ deliveries: unknown }, "mails were left behind by a sender that ended");
    await planDigests(db, now, log);
    if (performance.now() - cleanedAt > millisecondsInDay) {
      await forgetOldData(db, now);
      await forgetOldMails(settings.outbox, now);
      cleanedAt = performance.now();
    }
  };
  const plan = logFailures("planning digests", log, { work, otherwise: undefined });
  await repeat(signal, PLANNING_MS, plan);
}

async function sendRegularly(send: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isSent = await send();
    if (!isSent) await sleep(IDLE_MS, null, { signal }).catch(() => {});
  }
}

async function sendDue(db: WritableDb, sending: SendOptions): Promise<boolean> {
  return sendNext(db, sending, await databaseNow(db));
}
