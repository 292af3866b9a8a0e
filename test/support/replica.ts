import { chown, cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { Client } from "pg";
import { createRunner, findBinaries } from "../../src/db/embedded/binaries";
import { freePort } from "../../src/db/embedded/cluster";
import { startEmbedded } from "../../src/db/embedded/embedded";
import { findRunning } from "../../src/db/embedded/pid-file";
import { startServer, stopServer } from "../../src/db/embedded/server";
import { temporaryFolder } from "./processes";

interface TestServer {
  url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops its processes as a debugger would: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** Test data may be lost with the machine: no write waits for the disk. */
const settings = { fsync: "off" };

export interface ReplicatedCluster {
  primary: TestServer;
  replica: TestServer;
  close(): Promise<void>;
}

/** A real primary and a real streaming replica of it, both of the test file's own. */
export async function createReplicatedCluster(): Promise<ReplicatedCluster> {
  const { folder, remove } = await temporaryFolder();
  const runner = await createRunner(await findBinaries(), folder);
  const embedded = await startEmbedded({ dataDir: folder, settings });
  const primaryFolder = path.join(folder, "postgres");
  const replicaFolder = path.join(folder, "replica");
  const { port } = (await findRunning(primaryFolder))!;
  await copyRunning(embedded.superuserUrl, primaryFolder, replicaFolder);
  if (runner.owner) await giveAll(replicaFolder, runner.owner);
  // From here on the test, and not the embedded server's keeper, decides when it runs.
  const primary = serverOf(primaryFolder, port, embedded.superuserUrl);
  const replicaPort = await freePort();
  const replica = serverOf(replicaFolder, replicaPort, embedded.superuserUrl.replace(`:${port}/`, `:${replicaPort}/`));
  await replica.start();
  return {
    primary,
    replica,
    async close() {
      for (const server of [replica, primary]) await server.thaw();
      await replica.stop();
      await embedded.stop();
      await remove();
    },
  };

  function serverOf(data: string, serverPort: number, url: string): TestServer {
    const signal = async (name: NodeJS.Signals) => {
      const pid = (await findRunning(data))?.pid;
      if (!pid) return;
      for (const each of [pid, ...(await childrenOf(pid))]) {
        try {
          process.kill(each, name);
        } catch {
          // A connection that has ended meanwhile.
        }
      }
    };
    return {
      url,
      stop: () => stopServer(data),
      async start() {
        expect(await startServer({ folder: data, runner, port: serverPort, settings })).toBeNull();
      },
      freeze: () => signal("SIGSTOP"),
      thaw: () => signal("SIGCONT"),
    };
  }
}

/** A base backup by the low-level functions (PostgreSQL manual, 25.3.4): the embedded server has no pg_basebackup. */
async function copyRunning(url: string, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("select pg_backup_start('replica', true)");
  const leftOut = new Set(["postmaster.pid", "postmaster.opts", "daily-papers.json", "server.log"]);
  await cp(from, to, { recursive: true, filter: (source) => !leftOut.has(path.basename(source)) });
  for (const file of await readdir(path.join(to, "pg_wal"))) {
    if (/^[0-9A-F]{24}$/.test(file)) await rm(path.join(to, "pg_wal", file));
  }
  const { rows } = await client.query("select labelfile from pg_backup_stop(false)");
  await client.end();
  const { hostname, port, username, password } = new URL(url);
  await writeFile(path.join(to, "backup_label"), rows[0].labelfile);
  await writeFile(path.join(to, "standby.signal"), "");
  const primary = `host=${hostname} port=${port} user=${username} password=${password}`;
  await writeFile(path.join(to, "postgresql.auto.conf"), `primary_conninfo = '${primary}'\n`);
}

async function giveAll(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await chown(folder, uid, gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chown(path.join(entry.parentPath, entry.name), uid, gid);
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}
