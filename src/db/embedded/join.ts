import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { throttle } from "../../async/throttle";
import { ExpectedError } from "../../config/expected-error";
import { lockKey } from "../locks";
import type { Runner } from "./binaries";
import { type Facts, freePort, isFree, readFacts, writeFacts } from "./cluster";
import { connect } from "./connect";
import { findRunning } from "./pid-file";
import { logOf, startServer, stopServer } from "./server";

export interface JoinOptions {
  folder: string;
  runner: Runner;
  settings: Record<string, string>;
  /** The port that connection pools of this process use; without it, another is chosen if the last one is in use. */
  port?: number;
  /** Milliseconds for which a temporary failure is retried. */
  startTimeout: number;
  log: (line: string) => void;
  /** Whether the server is no longer needed. */
  isOver: () => boolean;
}

export interface Joined {
  client: Client;
  facts: Facts;
  /** Whether this process has to stop the server. */
  owned: boolean;
}

/** Takes the session lock of the process that has to stop the server; a killed owner loses it with its session. */
const OWNER_LOCK = `select pg_try_advisory_lock(${lockKey("owner")}) as got`;
/** Temporary failures that pass within this time are not logged. */
const TELLING_MS = 5000;

/** Why there is no connection yet. */
interface Failure {
  reason: string;
  /** Whether it may be temporary: another process may be starting or stopping the server, for instance. */
  mayPass: boolean;
}

/** Connects to a folder's server, which it starts if none runs. On failure it stops what it started, and throws ExpectedError. */
export async function joinOrStart(options: JoinOptions): Promise<Joined> {
  const { folder, startTimeout, log, isOver } = options;
  const deadline = performance.now() + startTimeout;
  const mayTell = throttle(TELLING_MS);
  mayTell();
  let hasStarted = false;
  for (;;) {
    const running = await findRunning(folder);
    const facts = { ...(await readFacts(folder)), ...(running && { port: running.port }) };
    const result = running ? await join(facts, folder) : await start(options, facts);
    if (result && "client" in result) return result;
    if (result) {
      const isLate = performance.now() > deadline || isOver();
      if (!result.mayPass || isLate) {
        if (hasStarted) await stopServer(folder);
        throw new ExpectedError(`${result.reason}. Its log is ${logOf(folder)}.`);
      }
      if (mayTell() !== null) log(`${result.reason}; trying again.`);
      await sleep(50 + Math.random() * 50);
    } else {
      hasStarted = true;
    }
  }
}

async function join(facts: Facts, folder: string): Promise<Joined | Failure> {
  try {
    const client = await connect(facts, "postgres");
    const { rows } = await client.query(OWNER_LOCK).catch(async (error) => {
      await client.end();
      throw error;
    });
    return { client, facts, owned: rows[0].got };
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    if (code === "28P01") {
      const reason = `The embedded PostgreSQL runs, but the password in ${folder}/daily-papers.json is not its own`;
      return { reason, mayPass: false };
    }
    // 28, 3D, 42: it refuses this user, lacks the database postgres, or denies a privilege.
    const reason = `The embedded PostgreSQL runs, but accepts no connection at 127.0.0.1:${facts.port}: ${message}`;
    return { reason, mayPass: !/^(28|3D|42)/.test(code) };
  }
}

/**
 * Temporary failures of a start: another start was first, or its server is just ending; the processes of a killed server
 * have not ended yet; another program took the port.
 */
const PASSING = /lock file|shared memory block|could not (bind|create any TCP)/;

async function start(
  { folder, runner, settings, port, log, isOver }: JoinOptions,
  facts: Facts,
): Promise<Failure | null> {
  const wanted = port ?? ((await isFree(facts.port)) ? facts.port : await freePort());
  const reason = await startServer({ folder, runner, settings, port: wanted, log, isOver });
  if (reason !== null) {
    return { reason: `The embedded PostgreSQL does not start: ${reason}`, mayPass: PASSING.test(reason) };
  }
  if (wanted !== facts.port) await writeFacts(folder, runner, { ...facts, port: wanted });
  return null;
}
