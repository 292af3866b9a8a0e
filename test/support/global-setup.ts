import { execFile } from "node:child_process";
import { chmod, mkdtemp, statfs } from "node:fs/promises";
import { freemem, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startEmbedded } from "../../src/db/embedded/embedded";
import { migrate } from "../../src/db/migrate";
import { root } from "../../src/root";
import { admin, hasExtension, SAMPLE_TEMPLATE, serverUrl, TEMPLATE } from "./database";

/** Test data may be lost with the machine: no write waits for the disk, and a database is cloned in a third of the time. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  scram_iterations: "1",
  autovacuum: "off",
};

const run = promisify(execFile);

const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 8 * 2 ** 30;

/** A folder in memory for all that tests write, where the machine has enough of it: file systems make files slowly. */
async function makeMemoryFolder(): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  if (Math.min(bavail * bsize, freemem()) < ENOUGH_BYTES) return undefined;
  const folder = await mkdtemp(path.join(MEMORY, "daily-papers-test-"));
  // As /tmp is: PostgreSQL does not run as root, and is the owner of what it makes there.
  await chmod(folder, 0o1777);
  return folder;
}

/** Compiles the project's code and the tests' support once for all workers and child processes, which load it by compiled.js. */
async function compile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-compiled-"));
  const entries = ["src/**/*.ts", "migrations/*.ts", "test/support/**/*.ts"];
  const settings = ["--outbase=.", "--format=cjs", "--platform=node", "--sourcemap", "--log-level=warning"];
  // Below its whole path: sources that a map names by steps up are found from the file itself, too.
  const out = `--outdir=${path.join(folder, root)}`;
  await run("node_modules/.bin/esbuild", [...entries, ...settings, out], { cwd: root });
  return folder;
}

/** One PostgreSQL for all test files: the one of DATABASE_URL, or an embedded one in a temporary folder. */
async function startServer(): Promise<void> {
  if (process.env.DATABASE_URL) {
    process.env.TEST_SERVER_URL = process.env.DATABASE_URL;
  } else {
    const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-test-"));
    const server = await startEmbedded({ dataDir, settings: SETTINGS });
    process.env.TEST_SERVER_URL = server.superuserUrl;
    Object.assign(globalThis, { testServer: { server, dataDir } });
  }
  for (const name of [TEMPLATE, SAMPLE_TEMPLATE]) await admin(`drop database if exists ${name} with (force)`);
  await admin(`create database ${TEMPLATE}`);
  await migrate(serverUrl(TEMPLATE));
  process.env.TEST_SERVER_HAS_PGVECTOR = (await hasExtension("vector")) ? "on" : "off";
}

export default async function globalSetup(): Promise<void> {
  const memoryFolder = process.env.TMPDIR ? undefined : await makeMemoryFolder();
  if (memoryFolder) process.env.TMPDIR = memoryFolder;
  // Some tests start the project's processes.
  const building = run("sh", [path.join(root, "build.sh")]);
  const [compiledFolder] = await Promise.all([compile(), building, startServer()]);
  process.env.TEST_COMPILED = compiledFolder;
  Object.assign(globalThis, { memoryFolder, compiledFolder });
}
