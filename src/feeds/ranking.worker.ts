import { setTimeout as sleep } from "node:timers/promises";
import type { WritableDb } from "../db/database";
import { unfailing } from "../live/loop";
import type { Log } from "../log";
import { rankFeeds } from "./ranking.service";

/** A vote shows in the order of an open feed within this time, and a feed closes with at most this delay. */
const INTERVAL_MS = 20_000;

/** Ranks feeds now and again until the signal aborts. After a failure the next round tries again. */
export async function rankRegularly(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  const rank = unfailing("ranking feeds", log, { work: () => rankFeeds(db), otherwise: false });
  while (!signal.aborted) {
    await rank();
    await sleep(INTERVAL_MS, null, { signal }).catch(() => {});
  }
}
