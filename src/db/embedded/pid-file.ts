import { link, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

export interface RunningServer {
  pid: number;
  port: number;
  /** Whether it accepts connections. */
  isReady: boolean;
}

/** Milliseconds within which a server that has created the file has written its process id. */
const WRITING_MS = 1000;

/**
 * The server that runs on a cluster, by its pid file (process id, folder, start, port, three more, status); null if none
 * does. Removes stale files: a killed server leaves its file behind, and a full disk an empty one; PostgreSQL would refuse to
 * start over an empty file, or over one whose process id another program has now.
 */
export async function findRunning(folder: string): Promise<RunningServer | null> {
  const file = path.join(folder, "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const [number, started = "", , port, , , , status] = text.split("\n");
  const pid = Number.parseInt(number!, 10);
  if (pid > 0 && (await isServerOf(folder, pid, started))) {
    return { pid, port: Number(port), isReady: status?.trim() === "ready" };
  }
  if (pid || !(await isBeingWritten(file))) await removeStale(file, text);
  return null;
}

/** Whether a process is this folder's server: the process id may be another PostgreSQL's, or the folder a copy. */
async function isServerOf(folder: string, pid: number, started: string): Promise<boolean> {
  if (process.platform !== "linux") return isAlive(pid) && (await isSame(folder, started));
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return isSame(folder, command[command.indexOf("-D") + 1] ?? "");
}

async function isSame(folder: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([folder, other].map((each) => realpath(each).catch(() => null)));
  return one !== null && one === two;
}

async function isBeingWritten(file: string): Promise<boolean> {
  const made = await stat(file).catch(() => null);
  return made !== null && Math.abs(Date.now() - made.mtimeMs) < WRITING_MS;
}

/** Removes a stale file, unless another start has replaced it since it was read. */
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

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
