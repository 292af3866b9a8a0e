import type { ChildProcess } from "node:child_process";
import { constants } from "node:fs";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { throttle } from "../../async/throttle";
import type { Runner } from "./binaries";
import { findRunning } from "./pid-file";

const POLLING_MS = 10;
/** Interval of logging that a server is still starting. */
const TELLING_MS = 10_000;
const STOP_TIMEOUT_MS = 60_000;
const MAX_LOG_BYTES = 10_000_000;
const MAX_REASON_BYTES = 20_000;

export interface ServerStart {
  folder: string;
  runner: Runner;
  port: number;
  /** PostgreSQL settings beyond ours. */
  settings?: Record<string, string>;
  log?: (line: string) => void;
  /** Whether the server is no longer needed. */
  isOver?: () => boolean;
}

/**
 * Starts a server that outlives this process; returns null once it accepts connections, or why it ended, in PostgreSQL's
 * words. Recovery from a crash may take long, which is logged every ten seconds.
 */
export async function startServer(options: ServerStart): Promise<string | null> {
  const { folder, runner, port, log = () => {}, isOver = () => false } = options;
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    // The path of a socket is limited to 107 bytes; that of a data folder is not.
    unix_socket_directories: "",
    ...options.settings,
  };
  const output = await openLog(folder, runner);
  try {
    const { size: before } = await output.stat();
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = runner.start("postgres", ["-D", folder, ...flags], output.fd);
    const end = endOf(server);
    const mayTell = throttle(TELLING_MS);
    mayTell();
    for (;;) {
      const running = await findRunning(folder);
      if (running?.pid === server.pid && running?.isReady) return null;
      if (end.reason !== null) return (await reasonIn(output, before)) ?? end.reason;
      if (isOver()) server.kill("SIGINT");
      if (mayTell() !== null) log(`The embedded PostgreSQL is still starting; see ${logOf(folder)}.`);
      await sleep(POLLING_MS);
    }
  } finally {
    await output.close();
  }
}

/** Stops the running server by a fast shutdown, which aborts its transactions, and waits for a minute at most. */
export async function stopServer(folder: string): Promise<void> {
  const pid = (await findRunning(folder))?.pid;
  if (!pid) return;
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // It ended just now.
  }
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  // Another process may start the next one at once.
  while ((await findRunning(folder))?.pid === pid && performance.now() < deadline) await sleep(POLLING_MS);
}

export function logOf(folder: string): string {
  return `${folder}/server.log`;
}

/** Opens the log for appending; a large one is renamed first, which replaces the one before. */
async function openLog(folder: string, { owner }: Runner): Promise<FileHandle> {
  const file = logOf(folder);
  const { size } = (await stat(file).catch(() => null)) ?? { size: 0 };
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.old`);
  // If root starts the server, the folder is another user's: a symbolic link there must not lead root to another file.
  const handle = await open(
    file,
    constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
    0o600,
  );
  if (owner) await handle.chown(owner.uid, owner.gid);
  return handle;
}

/** Why a process ended, by its exit code or signal; null while it runs. */
function endOf(server: ChildProcess): { reason: string | null } {
  const end: { reason: string | null } = { reason: null };
  server.once("error", ({ message }) => {
    end.reason = message;
  });
  server.once("exit", (code, signal) => {
    end.reason = signal ? `it was ended by ${signal}` : `it ended with code ${code}`;
  });
  return end;
}

/** The last failure in a log after `since`, with its detail; null if nothing was written. */
async function reasonIn(output: FileHandle, since: number): Promise<string | null> {
  const { size } = await output.stat();
  const start = Math.max(since, size - MAX_REASON_BYTES);
  const { buffer, bytesRead } = await output.read(Buffer.alloc(size - start), 0, size - start, start);
  const lines = buffer.toString("utf8", 0, bytesRead).split("\n").filter(Boolean);
  const failure = lines.findLastIndex((line) => /\b(FATAL|PANIC): /.test(line));
  const told = failure === -1 ? lines.slice(-1) : lines.slice(failure, failure + 2);
  const sayings = told.filter((line, i) => i === 0 || /\bDETAIL: /.test(line));
  return sayings.map((line) => line.replace(/^.*?\b[A-Z]+: +/, "").replace(/\.$/, "")).join(": ") || null;
}
