import "./tracing";
import { readConfig } from "./config";
import { watchClock } from "./db/clock";
import { connect } from "./db/connect";
import { digestSettings } from "./digests/digest.settings";
import { runDigests } from "./digests/digest.worker";
import { openPostOffice } from "./digests/post-office";
import { rankRegularly } from "./feeds/ranking.worker";
import { createLog } from "./log";
import { aborted, rejectArguments, runProcess } from "./process";
import { forgetTokensRegularly } from "./users/token.worker";
import { within } from "./within";

/** A mail that takes longer to end is left; it is known as UNKNOWN. */
const DRAINING_MS = 6000;

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const log = (line: string) => console.log(line);
  const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
  try {
    const workerLog = createLog(config.LOG_LEVEL);
    const office = openPostOffice(await digestSettings(config), workerLog);
    log("The worker ranks feeds and sends digests. Stop with Ctrl-C.");
    const work = Promise.all([
      rankRegularly(db, signal, workerLog),
      runDigests(db, office, signal),
      watchClock(db, signal, workerLog),
      forgetTokensRegularly(db, signal, workerLog),
    ]);
    await aborted(signal);
    await within(DRAINING_MS, work);
  } finally {
    await db.close();
  }
});
