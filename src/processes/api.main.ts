import "./tracing";
import { readConfig } from "../config/config";
import { findServer } from "../db/server";
import { readTrustedDocuments } from "../http/trusted-documents/read-files";
import type { runApi } from "./api";
import { rejectArguments, runProcess } from "./run-process";

runProcess(async (signal) => {
  rejectArguments(process.argv.slice(2));
  const config = readConfig();
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir } = config;
  const trustedDocuments = config.TRUSTED_DOCUMENTS ? readTrustedDocuments(config.TRUSTED_DOCUMENTS) : [];
  // Each step loads while a program of PostgreSQL runs: the server's start or, for a new database, initdb before it.
  const steps: (() => unknown)[] = [load, loadTypeOrm];
  const meanwhile = () => steps.shift()?.();
  const server = await findServer({ databaseUrl, dataDir, log: (line) => console.log(line), meanwhile });
  await load().runApi(config, server, signal, trustedDocuments);
});

function load() {
  return require("./api") as { runApi: typeof runApi };
}

/** Needed for the migrations of a new database. */
function loadTypeOrm() {
  require("../db/data-source");
}
