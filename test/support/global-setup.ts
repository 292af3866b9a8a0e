import { execFileSync } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmbedded } from "../../src/db/embedded/embedded";
import { migrate } from "../../src/db/migrate";
import { root } from "../../src/root";
import { admin, serverUrl, TEMPLATE } from "./database";

/** Test data may be lost with the machine: no write waits for the disk, and a database is cloned in a third of the time. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  scram_iterations: "1",
};

/** One PostgreSQL for all test files: the one of DATABASE_URL, or an embedded one in a temporary folder. */
export default async function globalSetup(): Promise<void> {
  // Some tests start the project's processes.
  execFileSync("sh", [path.join(root, "build.sh")], { stdio: "inherit" });
  if (process.env.DATABASE_URL) {
    process.env.TEST_SERVER_URL = process.env.DATABASE_URL;
  } else {
    const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-test-"));
    const server = await startEmbedded({ dataDir, settings: SETTINGS });
    process.env.TEST_SERVER_URL = server.superuserUrl;
    Object.assign(globalThis, { testServer: { server, dataDir } });
  }
  await admin(`drop database if exists ${TEMPLATE} with (force)`);
  await admin(`create database ${TEMPLATE}`);
  await migrate(serverUrl(TEMPLATE));
}
