import { setTimeout as sleep } from "node:timers/promises";
import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { rankFeeds } from "./ranking.service";

/** A vote shows in the order of an open feed within this time, and a feed closes with at most this delay. */
const INTERVAL_MS = 20_000;

/** Ranks feeds now and again until the signal aborts. A failure is logged, and the next round tries again. */
export async function rankRegularly(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  while (!signal.aborted) {
    await rankFeeds(db).catch((err) => log.error({ err }, "ranking feeds failed"));
    await sleep(INTERVAL_MS, null, { signal }).catch(() => {});
  }
}
