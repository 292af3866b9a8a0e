import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { createRunner } from "../../src/db/embedded/binaries";
import { freePort } from "../../src/db/embedded/cluster";

const OLDEST_VERSION = 15;
const PROGRAMS = ["initdb", "pg_ctl", "postgres", "psql", "pg_basebackup", "pg_dump", "pg_restore"];
const DEBIAN = "/usr/lib/postgresql";

/** A folder that holds all programs of one PostgreSQL that is new enough: Debian's, or one of the PATH. */
const bin = [...namesIn(DEBIAN).map((version) => path.join(DEBIAN, version, "bin")), ...pathFolders()].find(
  (folder) => PROGRAMS.every((program) => isProgram(path.join(folder, program))) && versionIn(folder) >= OLDEST_VERSION,
);

/** `describe`, skipped where PostgreSQL's own programs are not installed; the name of the suite says so. */
export const describeWithPostgres = bin ? describe : (describe.skip as typeof describe);
export const postgresNotice = bin
  ? ""
  : ` (skipped: no PostgreSQL ${OLDEST_VERSION} or newer with pg_dump is installed)`;

export interface TestCluster {
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
  /** Runs one of PostgreSQL's programs, as the user that may write to `folder`. */
  run(program: string, args: string[]): Promise<unknown>;
  /** Starts a shell script as that user, with PostgreSQL's programs in its PATH and the server in its environment. */
  shell(script: string, env: Record<string, string>): ChildProcess;
  folder: string;
  close(): Promise<void>;
}

/** A server of the test file's own, of the installed PostgreSQL: the embedded one comes without pg_dump. */
export async function createTestCluster(locale = "C"): Promise<TestCluster> {
  const runner = await createRunner(bin!, tmpdir());
  const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-cluster-"));
  if (runner.owner) await chown(folder, runner.owner.uid, runner.owner.gid);
  const data = path.join(folder, "data");
  const port = await freePort();
  await runner.run("initdb", [
    `--pgdata=${data}`,
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    `--locale=${locale}`,
    "--no-sync",
  ]);
  const settings = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  await runner.run("pg_ctl", [
    "start",
    "--wait",
    `--pgdata=${data}`,
    `--log=${folder}/log`,
    `--options=${flags.join(" ")}`,
  ]);
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  return {
    folder,
    url,
    async createDatabase(name) {
      const client = new Client({ connectionString: url("postgres") });
      await client.connect();
      await client.query(`create database ${name} template template0`);
      await client.end();
    },
    run: (program, args) => runner.run(program, args),
    shell: (script, env) =>
      spawn("bash", ["-euc", script], {
        ...runner.owner,
        cwd: folder,
        stdio: "ignore",
        env: {
          PATH: `${bin}:/usr/bin:/bin`,
          LC_ALL: "C",
          PGHOST: "127.0.0.1",
          PGPORT: String(port),
          PGDATA: data,
          ...env,
        },
      }),
    async close() {
      await runner.run("pg_ctl", ["stop", "--wait", "--mode=fast", `--pgdata=${data}`]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort().reverse();
  } catch {
    return [];
  }
}

function pathFolders(): string[] {
  return (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionIn(folder: string): number {
  const said = execFileSync(path.join(folder, "pg_dump"), ["--version"], { encoding: "utf8" });
  return Number(/ (\d+)/.exec(said)?.[1]);
}
