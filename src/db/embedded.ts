import { rename, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { makeDataDir } from "../data-dir";
import { ExpectedError } from "../expected-error";
import { createRunner, findBinaries, type Runner } from "./embedded.binaries";
import { ensureCluster, type Facts, findRunning, freePort, isFree, readFacts, writeFacts } from "./embedded.cluster";
import { DATABASE, prepareDatabase, ROLE } from "./embedded.role";
import { startupConfig } from "./startup";

export interface EmbeddedServer {
  /** For the API, whose role owns its database and nothing else. */
  url: string;
  /** For who arranges what the API may not. */
  superuserUrl: string;
  /** True when this process has to stop the server: it started it, or found it without anyone who would. */
  readonly owned: boolean;
  /** Stops the server if this process owns it, else only leaves it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log?: (line: string) => void;
  /** PostgreSQL settings beyond ours, as `-c name=value`. */
  settings?: Record<string, string>;
  /** Milliseconds after which a server that does not start is told of; a minute when not set. */
  startTimeout?: number;
  /** What there is to do while PostgreSQL starts; it may be called several times. */
  meanwhile?: () => void;
}

const SUPERUSER = "daily_papers";
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;
const MAX_LOG_BYTES = 10_000_000;
/** Between two rounds of starting a server that ended. */
const RETRY_MS = 2000;
/** Held, for the whole session, by the process that stops the server; a killed owner loses it by itself. */
const OWNER_LOCK = "select pg_try_advisory_lock(hashtext('daily-papers owner')) as got";

/** Joins the server that runs on a data folder, or starts one. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  await makeDataDir(options.dataDir);
  const runner = await createRunner(await findBinaries(), options.dataDir, options.meanwhile);
  const folder = await ensureCluster(options.dataDir, runner);
  const log = options.log ?? (() => {});
  let stopping = false;
  let takingOver: Promise<void> | undefined;
  let keeper = await keep();

  /** A connection for as long as the process runs. When the server goes although we still need it, we start it again. */
  async function keep(port?: number): Promise<{ client: Client; facts: Facts; owned: boolean }> {
    const { settings = {}, startTimeout = START_TIMEOUT_MS } = options;
    const isOver = () => stopping;
    const { client, facts } = await joinOrStart({ folder, runner, settings, port, startTimeout, isOver });
    const owned: boolean = (await client.query(OWNER_LOCK)).rows[0].got;
    client.on("error", () => {});
    client.once("end", () => {
      if (!stopping) takingOver = takeOver(facts.port);
    });
    return { client, facts, owned };
  }

  async function takeOver(port: number): Promise<void> {
    log("The embedded PostgreSQL has ended, or was stopped by another process; starting it again.");
    for (let tries = 1; !stopping; tries++) {
      try {
        keeper = await keep(port);
        return;
      } catch (error) {
        // The disk is full, say. Until then nothing is ready: see /readyz.
        if (tries === 1) log(`It is tried until it can be started again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  async function leave(): Promise<void> {
    if (keeper.owned) await stopServer(folder, runner);
    await keeper.client.end().catch(() => {});
  }

  const apiPassword = await prepareDatabase(keeper.client, {
    facts: () => readFacts(folder),
    keepPassword: async (apiPassword) => writeFacts(folder, runner, { ...(await readFacts(folder)), apiPassword }),
    connect: () => connect(keeper.facts, DATABASE),
  });
  return {
    url: urlOf(keeper.facts.port, ROLE, apiPassword, DATABASE),
    superuserUrl: urlOf(keeper.facts.port, SUPERUSER, keeper.facts.password, DATABASE),
    get owned() {
      return keeper.owned;
    },
    async stop() {
      stopping = true;
      await takingOver;
      await leave();
    },
  };
}

interface StartOptions {
  folder: string;
  runner: Runner;
  settings: Record<string, string>;
  /** The port that connection pools of this process know; without it, another one is taken when the last is in use. */
  port?: number;
  startTimeout: number;
  /** Whether the server is no longer needed. */
  isOver: () => boolean;
}

async function joinOrStart(options: StartOptions): Promise<{ client: Client; facts: Facts }> {
  const deadline = Date.now() + options.startTimeout;
  for (;;) {
    const running = await findRunning(options.folder);
    const facts = { ...(await readFacts(options.folder)), ...running };
    const client = running && (await connect(facts, "postgres"));
    if (client) return { client, facts };
    // Another process may be starting it at the same moment: then this start fails, and the next round joins.
    const failure = running ? null : await start(options, facts).catch((error: Error) => error);
    if (Date.now() > deadline || options.isOver()) {
      throw new ExpectedError(
        `The embedded PostgreSQL does not start; see ${options.folder}/server.log. ${failure?.message ?? ""}`,
      );
    }
    if (running || failure) await sleep(50 + Math.random() * 50);
  }
}

async function start({ folder, runner, settings, port }: StartOptions, facts: Facts): Promise<void> {
  const wanted = port ?? ((await isFree(facts.port)) ? facts.port : await freePort());
  const all = {
    port: wanted,
    listen_addresses: "127.0.0.1",
    // A socket's path may not be longer than 107 bytes, and a data folder's may.
    unix_socket_directories: "",
    ...settings,
  };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  const log = `--log=${folder}/server.log`;
  await boundLog(`${folder}/server.log`);
  await runner.run("pg_ctl", [
    "start",
    `--pgdata=${folder}`,
    "--wait",
    "--timeout=30",
    log,
    `--options=${flags.join(" ")}`,
  ]);
  if (wanted !== facts.port) await writeFacts(folder, runner, { ...facts, port: wanted });
}

/** The server only adds to its log: of what earlier ones wrote, the last is kept. */
async function boundLog(file: string): Promise<void> {
  const { size } = (await stat(file).catch(() => null)) ?? { size: 0 };
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.old`);
}

/** Ends the server that runs now. pg_ctl's own wait would go on, did another process start the next one at once. */
async function stopServer(folder: string, runner: Runner): Promise<void> {
  const pid = (await findRunning(folder))?.pid;
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  await runner.run("pg_ctl", ["stop", `--pgdata=${folder}`, "--mode=fast", "--no-wait"]).catch(() => {});
  while (pid && (await findRunning(folder))?.pid === pid && Date.now() < deadline) await sleep(20);
}

async function connect({ port, password }: Facts, database: string): Promise<Client | null> {
  const client = new Client({
    ...startupConfig(urlOf(port, SUPERUSER, password, database)),
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  client.on("error", () => {});
  return client.connect().then(
    () => client,
    () => null,
  );
}

function urlOf(port: number, user: string, password: string, database: string): string {
  // It has no TLS, also where PGSSLMODE asks for it, which is meant for another server.
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}
