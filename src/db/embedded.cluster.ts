import { randomBytes } from "node:crypto";
import { chown, link, mkdtemp, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { ExpectedError } from "../expected-error";
import type { Runner } from "./embedded.binaries";

/** The superuser's and the API's password, and the port that the server had last and takes again when it is free. */
export interface Facts {
  port: number;
  password: string;
  /** Not there in a folder of an earlier version. */
  apiPassword?: string;
}

const FACTS = "daily-papers.json";
const UNFINISHED = "postgres.new-";

/** The cluster's folder, made by initdb when there is none. Of two that make it at once, the second uses the first's. */
export async function ensureCluster(dataDir: string, runner: Runner): Promise<string> {
  const folder = path.join(dataDir, "postgres");
  await removeUnfinished(dataDir);
  if (await exists(path.join(folder, FACTS))) return folder;
  const draft = await mkdtemp(path.join(dataDir, `${UNFINISHED}${process.pid}-`));
  try {
    await initialise(draft, runner);
    await rename(draft, folder).catch((error) => {
      if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function initialise(folder: string, runner: Runner): Promise<void> {
  const password = createPassword();
  const passwordFile = `${folder}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(runner, passwordFile);
    await giveTo(runner, folder);
    await runner.run("initdb", [
      `--pgdata=${folder}`,
      `--pwfile=${passwordFile}`,
      "--username=daily_papers",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The same order of text on every machine, whatever locales it has.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--no-sync",
    ]);
    await writeFacts(folder, runner, { port: await freePort(), password });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

export function createPassword(): string {
  return randomBytes(24).toString("base64url");
}

export async function readFacts(folder: string): Promise<Facts> {
  return JSON.parse(await readFile(path.join(folder, FACTS), "utf8"));
}

export async function writeFacts(folder: string, runner: Runner, facts: Facts): Promise<void> {
  const file = path.join(folder, FACTS);
  await writeFile(`${file}.${process.pid}`, JSON.stringify(facts), { mode: 0o600 });
  await giveTo(runner, `${file}.${process.pid}`);
  await rename(`${file}.${process.pid}`, file);
}

/**
 * The server that runs on a cluster, by its pid file (process id, folder, start, port); null when none does. A killed server
 * leaves its file behind: it is removed when another program has got its number since, since PostgreSQL would take that
 * one for itself and refuse to start.
 */
export async function findRunning(folder: string): Promise<{ pid: number; port: number } | null> {
  const file = path.join(folder, "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => "");
  const [pid, started, , port] = text.split("\n");
  if (!Number(pid)) return null;
  if (await isServerOf(folder, Number(pid), started!)) return { pid: Number(pid), port: Number(port) };
  await removeStale(file, text);
  return null;
}

/** Whether a process is the server of this very folder: another PostgreSQL may have its number, or the folder be a copy. */
async function isServerOf(folder: string, pid: number, started: string): Promise<boolean> {
  if (process.platform !== "linux") return isAlive(pid) && (await isSame(folder, started));
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return isSame(folder, command[command.indexOf("-D") + 1] ?? "");
}

async function isSame(folder: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([folder, other].map((each) => realpath(each).catch(() => null)));
  return one !== null && one === two;
}

/** Another start may have put a fresh file there since this one was read: that one stays. */
async function removeStale(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, file);
  } catch (error) {
    if (!["ENOENT", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

export async function isFree(port: number): Promise<boolean> {
  return (await tryPort(port)) !== null;
}

export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === null) throw new ExpectedError("There is no free port on 127.0.0.1 for the embedded PostgreSQL.");
  return port;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}

/** What a process left that was killed while it made a cluster. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = Number(new RegExp(`^${UNFINISHED}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function giveTo({ owner }: Runner, file: string): Promise<void> {
  if (owner) await chown(file, owner.uid, owner.gid);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
