import { setTimeout as sleep } from "node:timers/promises";
import { makeDataDir } from "../../config/data-dir";
import { ExpectedError } from "../../config/expected-error";
import { createRunner, findBinaries } from "./binaries";
import { ensureCluster, readFacts, requireCluster, writeFacts } from "./cluster";
import { connect, SUPERUSER, urlOf } from "./connect";
import { type Joined, joinOrStart } from "./join";
import { DATABASE, prepareDatabase, ROLE } from "./role";
import { stopServer } from "./server";

export interface EmbeddedServer {
  /** URL for the API, whose role owns its database and nothing else. */
  url: string;
  /** URL for tasks that need more rights than the API has. */
  superuserUrl: string;
  readonly setting: "DATA_DIR";
  /** True when this process has to stop the server: it started it, or found it without an owner. */
  readonly owned: boolean;
  /** Stops the server if this process owns it, else only disconnects. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log?: (line: string) => void;
  /** PostgreSQL settings beyond ours, as `-c name=value`. */
  settings?: Record<string, string>;
  /** Milliseconds after which a server that has not started is an error; by default a minute. */
  startTimeout?: number;
  /** Whether a data folder without a database is a mistake; else one is made, which is logged. */
  mustExist?: boolean;
  /** Called to do other work while PostgreSQL starts, perhaps several times. */
  meanwhile?: () => void;
}

const START_TIMEOUT_MS = 60_000;
/** Pause between attempts to restart a server that ended. */
const RETRY_MS = 2000;

/** Joins the server that runs on a data folder, or starts one; throws ExpectedError when it can do neither. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  // initdb refuses line breaks, and the pid file has one line for the folder.
  if (/[\r\n]/.test(options.dataDir)) throw new ExpectedError("DATA_DIR must not have a line break in its path.");
  if (options.mustExist) await requireCluster(options.dataDir);
  await makeDataDir(options.dataDir);
  const runner = await createRunner(await findBinaries(), options.dataDir, options.meanwhile);
  const log = options.log ?? (() => {});
  const folder = await ensureCluster(options.dataDir, runner, log);
  let stopping = false;
  let takingOver: Promise<void> | undefined;
  let keeper = await keep();

  /** Opens a connection for as long as the process runs. If the server ends before, it is started again. */
  async function keep(port?: number): Promise<Joined> {
    const { settings = {}, startTimeout = START_TIMEOUT_MS } = options;
    const isOver = () => stopping;
    const joined = await joinOrStart({ folder, runner, settings, port, startTimeout, log, isOver });
    joined.client.once("end", () => {
      if (!stopping) takingOver = takeOver(joined.facts.port);
    });
    return joined;
  }

  async function takeOver(port: number): Promise<void> {
    log("The embedded PostgreSQL has ended, or was stopped by another process; starting it again.");
    for (let tries = 1; !stopping; tries++) {
      try {
        keeper = await keep(port);
        return;
      } catch (error) {
        // The disk may be full, for instance. Until it starts, /readyz says that the process is not ready.
        if (tries === 1) log(`Trying until it starts again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  async function stop(): Promise<void> {
    stopping = true;
    await takingOver;
    if (keeper.owned) await stopServer(folder);
    await keeper.client.end().catch(() => {});
  }

  async function prepare(): Promise<string> {
    try {
      return await prepareDatabase(keeper.client, {
        facts: () => readFacts(folder),
        keepPassword: async (apiPassword) => writeFacts(folder, runner, { ...(await readFacts(folder)), apiPassword }),
        connect: () => connect(keeper.facts, DATABASE),
      });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  const apiPassword = await prepare();
  return {
    url: urlOf(keeper.facts.port, ROLE, apiPassword, DATABASE),
    superuserUrl: urlOf(keeper.facts.port, SUPERUSER, keeper.facts.password, DATABASE),
    setting: "DATA_DIR",
    get owned() {
      return keeper.owned;
    },
    stop,
  };
}
