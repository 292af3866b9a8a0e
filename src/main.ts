import "./tracing";
import type { runApi } from "./api";
import { readConfig } from "./config";
import { findServer } from "./db/server";
import { rejectArguments, runProcess } from "./process";

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = config;
  // Each is loaded while a program of PostgreSQL works: its start alone or, for a new database, initdb and then its start.
  const steps: (() => unknown)[] = [load, loadTypeOrm];
  const meanwhile = () => steps.shift()?.();
  const server = await findServer({ databaseUrl, dataDir, log: (line) => console.log(line), meanwhile });
  await load().runApi(config, server, signal);
});

function load() {
  return require("./api") as { runApi: typeof runApi };
}

/** For the migrations of a new database. */
function loadTypeOrm() {
  require("./db/data-source");
}
