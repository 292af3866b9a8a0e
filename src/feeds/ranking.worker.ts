import { logFailures, repeat } from "../async/background-loop";
import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { rankFeeds } from "./rank-feeds.service";

/** Interval of ranking: the longest delay of a vote in the order of an open feed, and of closing a feed. */
const INTERVAL_MS = 20_000;

/** Ranks feeds periodically until the signal aborts. A failure is logged, and the next round tries again. */
export async function rankRegularly(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  const rank = logFailures("ranking feeds", log, { work: () => rankFeeds(db), otherwise: false });
  await repeat(signal, INTERVAL_MS, rank);
}
