import { type Config, readConfig } from "../config/config";
import { connectTo } from "../db/connect";
import type { Database } from "../db/database";
import { findServer } from "../db/server";
import { runProcess } from "./run-process";

/** Runs a command that prints what `work` returns, on the same database as the API. Notices go to stderr. */
export function withDatabase(
  work: (db: Database, url: string, config: Config, signal: AbortSignal) => Promise<string>,
): void {
  runProcess(async (signal) => {
    const config = readConfig();
    const log = (line: string) => console.error(line);
    const server = await findServer({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
    const db = await connectTo(server);
    try {
      const output = await work(db, server.url, config, signal);
      if (output) console.log(output);
    } finally {
      await db.close();
    }
  });
}
