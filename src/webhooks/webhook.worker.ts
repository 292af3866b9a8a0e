import { setTimeout as sleep } from "node:timers/promises";
import { millisecondsInHour } from "date-fns/constants";
import { logFailures, repeat } from "../async/background-loop";
import { databaseNow, steadyNow } from "../db/clock";
import type { LiveDb, WritableDb } from "../db/database";
import { type Lane, leaseHosts, recoverSending } from "./deliveries/claim.service";
import { forgetOldDeliveries } from "./deliveries/retention.service";
import { type SendOptions, serveHost } from "./deliveries/send.service";
import { planWebhooks } from "./events/plan.service";
import { createPlanDeps } from "./events/plan-deps";

/** An event is planned at most this long after its change, in ms. */
const PLANNING_MS = 1000;
/** What is due is found at most this long after, in ms. */
const LOOKING_MS = 1000;
/** Senders of a process by the kind of host; each holds one message. */
const SENDERS: Record<Lane, number> = { quick: 24, slow: 8 };

/**
 * Plans and sends webhooks until the signal aborts; messages in flight are finished. Any number of processes may do so at
 * once. After a failure the next round tries again. `db` numbers changes; `primary` reads and writes for this worker.
 */
export async function runWebhooks(
  db: LiveDb,
  primary: WritableDb,
  options: SendOptions,
  signal: AbortSignal,
): Promise<void> {
  const deps = { ...createPlanDeps(db, options.log), db: primary };
  let cleanedAt = Number.NEGATIVE_INFINITY;
  const plan = async () => {
    const now = await steadyNow(primary);
    const lost = await recoverSending(primary, now);
    if (lost > 0) options.log.warn({ deliveries: lost }, "webhooks were left behind by a sender that ended");
    await planWebhooks(deps, now, signal);
    if (performance.now() - cleanedAt > millisecondsInHour) {
      await forgetOldDeliveries(primary, now);
      cleanedAt = performance.now();
    }
  };
  await Promise.all([
    repeat(signal, PLANNING_MS, logFailures("planning webhooks", options.log, { work: plan, otherwise: undefined })),
    sendRegularly(primary, "quick", options, signal),
    sendRegularly(primary, "slow", options, signal),
  ]);
}

/** Leases hosts as senders become free, and resolves when the last one is. */
async function sendRegularly(db: WritableDb, lane: Lane, options: SendOptions, signal: AbortSignal): Promise<void> {
  const busy = new Set<Promise<void>>();
  const serve = async (host: string, now: Date) => {
    await serveHost(db, host, options, clockFrom(now), signal).catch((err) => {
      // The lease ends by itself.
      options.log.error({ err, host }, "sending webhooks to a host failed");
    });
  };
  const look = logFailures("looking for webhooks to send", options.log, {
    work: async () => {
      const now = await databaseNow(db);
      const hosts = await leaseHosts(db, { lane, most: SENDERS[lane] - busy.size, owner: options.owner, now });
      return { hosts, now };
    },
    otherwise: { hosts: [], now: new Date(0) },
  });
  while (!signal.aborted) {
    const { hosts, now } = await look();
    for (const host of hosts) {
      const sender: Promise<void> = serve(host, now).finally(() => busy.delete(sender));
      busy.add(sender);
    }
    const pause = sleep(LOOKING_MS, null, { signal }).catch(() => {});
    await (busy.size < SENDERS[lane] ? pause : Promise.race(busy));
  }
  await Promise.all(busy);
}

/** The database's time from a moment on, for as long as a host is served: asking for it at each step would cost more. */
function clockFrom(now: Date): () => Date {
  const began = performance.now();
  return () => new Date(now.getTime() + performance.now() - began);
}
