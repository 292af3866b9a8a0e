import { type Config, readConfig } from "../config/config";
import { connectTo } from "../db/connect";
import type { Database } from "../db/database";
import { findServer } from "../db/server";
import { runProcess } from "./run-process";

interface Options {
  /** Printed for --help, before anything is connected. */
  usage: string;
  /** Whether the command may make a new database, as `npm start` does; any other asks of one that exists. */
  mayCreate?: boolean;
}

/** Runs a command that prints what `work` returns, on the same database as the API. Notices go to stderr. */
export function withDatabase(
  { usage, mayCreate = false }: Options,
  work: (db: Database, url: string, config: Config, signal: AbortSignal) => Promise<string>,
): void {
  runProcess(async (signal) => {
    if (process.argv.includes("--help")) return console.log(usage);
    const config = readConfig();
    const log = (line: string) => console.error(line);
    const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = config;
    const server = await findServer({ databaseUrl, dataDir, mustExist: !mayCreate, log });
    const db = await connectTo(server);
    try {
      const output = await work(db, server.url, config, signal);
      if (output) console.log(output);
    } finally {
      await db.close();
    }
  });
}
