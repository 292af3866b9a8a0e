import { randomBytes } from "node:crypto";
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { ExpectedError } from "../../config/expected-error";
import type { Runner } from "./binaries";
import { isAlive } from "./pid-file";

/** The passwords of the superuser and the API, and the server's last port, which it uses again when it is free. */
export interface Facts {
  port: number;
  password: string;
  /** Missing in a folder of an earlier version. */
  apiPassword?: string;
}

const FACTS = "daily-papers.json";
const UNFINISHED = "postgres.new-";

/** The folder of the cluster in a data folder. */
function clusterFolder(dataDir: string): string {
  return path.join(dataDir, "postgres");
}

/**
 * The cluster's folder, created by initdb if missing. Of two processes that create it at once, the second uses the first's.
 * Throws ExpectedError if it cannot be created, or if the folder holds something else.
 */
export async function ensureCluster(
  dataDir: string,
  runner: Runner,
  log: (line: string) => void = () => {},
): Promise<string> {
  const folder = clusterFolder(dataDir);
  await removeUnfinished(dataDir);
  if (await isThere(folder)) return folder;
  const draft = await mkdtemp(path.join(dataDir, `${UNFINISHED}${process.pid}-`));
  try {
    await initialise(draft, runner);
    const isMine = await rename(draft, folder).then(
      () => true,
      async (error) => {
        if (!(await isThere(folder))) throw error;
        return false;
      },
    );
    if (isMine) log(`Made a new database in ${dataDir} (DATA_DIR).`);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Throws ExpectedError unless there is a cluster in a data folder. */
export async function requireCluster(dataDir: string): Promise<void> {
  if (await isThere(clusterFolder(dataDir))) return;
  throw new ExpectedError(
    `There is no database in ${dataDir}: set DATA_DIR to the folder of the one that is meant. npm start makes a new one.`,
  );
}

/** Whether a folder exists and is a cluster of this program; throws ExpectedError if it holds something else. */
async function isThere(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error) => {
    if (error.code === "ENOENT") return [] as string[];
    throw new ExpectedError(
      `${folder} cannot be read (${error.code}). Start as the user who started first, or set DATA_DIR to another folder.`,
    );
  });
  if (names.length === 0 || names.includes(FACTS)) return names.length > 0;
  throw new ExpectedError(
    `${folder} is not a database of this program: ${FACTS} is missing. Set DATA_DIR to another folder.`,
  );
}

async function initialise(folder: string, runner: Runner): Promise<void> {
  const password = createPassword();
  const passwordFile = `${folder}.password`;
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(runner, passwordFile);
    await giveTo(runner, folder);
    await runner
      .run("initdb", [
        `--pgdata=${folder}`,
        `--pwfile=${passwordFile}`,
        "--username=daily_papers",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        // The same sort order of text on every machine, whatever its locales.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--no-sync",
      ])
      .catch((error) => {
        throw new ExpectedError(`The embedded PostgreSQL cannot create its database: ${refusalOf(error)}`);
      });
    await writeFacts(folder, runner, { port: await freePort(), password });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** initdb's error as a sentence, with a remedy where one is known. */
function refusalOf({ stderr = "", message }: Error & { stderr?: string }): string {
  const said = /^(?:initdb(?:: error)?|.*\bFATAL): +(.*)$/m.exec(stderr)?.[1] ?? (stderr.trim() || message);
  // A container may run as a user ID that its /etc/passwd does not list.
  const isNameless = /could not look up effective user ID/.test(said);
  return `${said}.${isNameless ? " Give this user a name in /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own." : ""}`;
}

export function createPassword(): string {
  return randomBytes(24).toString("base64url");
}

export async function readFacts(folder: string): Promise<Facts> {
  const file = path.join(folder, FACTS);
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    throw new ExpectedError(
      `${file} is damaged; without it no process can log in to the database beside it. Restore a backup.`,
    );
  }
}

export async function writeFacts(folder: string, runner: Runner, facts: Facts): Promise<void> {
  const file = path.join(folder, FACTS);
  await writeFile(`${file}.${process.pid}`, JSON.stringify(facts), { mode: 0o600 });
  await giveTo(runner, `${file}.${process.pid}`);
  await rename(`${file}.${process.pid}`, file);
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

/** Removes what processes left behind that were killed while they created a cluster. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const pid = Number(new RegExp(`^${UNFINISHED}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

async function giveTo({ owner }: Runner, file: string): Promise<void> {
  if (owner) await chown(file, owner.uid, owner.gid);
}
