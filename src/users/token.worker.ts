import { setTimeout as sleep } from "node:timers/promises";
import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { forgetEndedTokens } from "./access-token.service";

const INTERVAL_MS = 60 * 60_000;

/** Forgets tokens that ended long ago, now and again until the signal aborts. A failure is logged, and the next round tries again. */
export async function forgetTokensRegularly(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  while (!signal.aborted) {
    await forgetEndedTokens(db).catch((err) => log.error({ err }, "forgetting old access tokens failed"));
    await sleep(INTERVAL_MS, null, { signal }).catch(() => {});
  }
}
