import "./tracing";
import { readConfig } from "./config";
import { connect } from "./db/connect";
import { rankRegularly } from "./feeds/ranking.worker";
import { createLog } from "./log";
import { rejectArguments, runProcess } from "./process";

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const log = (line: string) => console.log(line);
  const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
  try {
    log("The worker ranks feeds. Stop with Ctrl-C.");
    await rankRegularly(db, signal, createLog(config.LOG_LEVEL));
  } finally {
    await db.close();
  }
});
