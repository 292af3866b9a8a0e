import { repeat } from "../async/background-loop";
import type { WritableDb } from "../db/database";
import type { Log } from "../log";
import { forgetEndedTokens } from "./access-token.service";

const INTERVAL_MS = 60 * 60_000;

/** Deletes tokens that ended long ago, regularly until the signal aborts. A failure is logged, and the next round tries again. */
export async function forgetTokensRegularly(db: WritableDb, signal: AbortSignal, log: Log): Promise<void> {
  await repeat(signal, INTERVAL_MS, () =>
    forgetEndedTokens(db).catch((err) => log.error({ err }, "forgetting old access tokens failed")),
  );
}
