import "./tracing";
import type { runApi } from "./api";
import { readConfig } from "./config";
import { findServer } from "./db/server";
import { rejectArguments, runProcess } from "./process";

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = config;
  // PostgreSQL starts while all the rest is loaded: either takes a good part of a second.
  const server = await findServer({ databaseUrl, dataDir, log: (line) => console.log(line), meanwhile: load });
  await load().runApi(config, server, signal);
});

function load() {
  return require("./api") as { runApi: typeof runApi };
}
