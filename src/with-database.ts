import { readConfig } from "./config";
import { connect } from "./db/connect";
import type { Database } from "./db/database";
import { runProcess } from "./process";

/** Runs a command that prints what `work` returns, on the same database as the API. Notices go to stderr. */
export function withDatabase(work: (db: Database) => Promise<string>): void {
  runProcess(async () => {
    const config = readConfig();
    const log = (line: string) => console.error(line);
    const db = await connect({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR, log });
    try {
      const output = await work(db);
      if (output) console.log(output);
    } finally {
      await db.close();
    }
  });
}
