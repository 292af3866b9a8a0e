import { setTimeout as sleep } from "node:timers/promises";
import { databaseNow, steadyNow } from "../db/clock";
import type { WritableDb } from "../db/database";
import { unfailing } from "../live/loop";
import { recoverSending } from "./delivery.service";
import { forgetOldMails } from "./outbox/outbox.retention";
import { planDigests } from "./plan.service";
import { forgetOldData } from "./retention.service";
import { type PostOffice, sendNext } from "./send.service";

const SENDERS = 4;
/** A digest is planned at most this long after it is due. */
const PLANNING_MS = 20_000;
/** Who subscribes sees the confirmation after at most this time. */
const IDLE_MS = 2000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Plans and sends digests until the signal aborts; the mails in flight are finished. As many processes as one likes may
 * do so at once. After a failure the next round tries again.
 */
export async function runDigests(db: WritableDb, office: PostOffice, signal: AbortSignal): Promise<void> {
  const send = unfailing("sending mails", office.log, { work: () => sendDue(db, office), otherwise: false });
  const loops = [planRegularly(db, office, signal)];
  for (let i = 0; i < SENDERS; i++) loops.push(sendRegularly(send, signal));
  await Promise.all(loops);
  office.mailer.close();
}

async function planRegularly(db: WritableDb, { log, settings }: PostOffice, signal: AbortSignal): Promise<void> {
  let cleanedAt = Number.NEGATIVE_INFINITY;
  const work = async () => {
    const now = await steadyNow(db);
    const unknown = await recoverSending(db, now);
    if (unknown > 0) log.warn({ deliveries: unknown }, "mails were left behind by a sender that ended");
    await planDigests(db, now, log);
    if (performance.now() - cleanedAt > DAY_MS) {
      await forgetOldData(db, now);
      await forgetOldMails(settings.outbox, now);
      cleanedAt = performance.now();
    }
  };
  const plan = unfailing("planning digests", log, { work, otherwise: undefined });
  while (!signal.aborted) {
    await plan();
    await sleep(PLANNING_MS, null, { signal }).catch(() => {});
  }
}

async function sendRegularly(send: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isSent = await send();
    if (!isSent) await sleep(IDLE_MS, null, { signal }).catch(() => {});
  }
}

async function sendDue(db: WritableDb, office: PostOffice): Promise<boolean> {
  return sendNext(db, office, await databaseNow(db));
}
