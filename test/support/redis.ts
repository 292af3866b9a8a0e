import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";

const program = ["valkey-server", "redis-server"].find((name) => {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** `describe`, skipped where neither Valkey nor Redis is installed; the name of the suite says so. */
export const describeWithRedis = program ? describe : (describe.skip as typeof describe);
export const redisNotice = program ? "" : " (skipped: neither valkey-server nor redis-server is installed)";

export interface TestRedis {
  url: string;
  /** A connected client, which `close` ends. */
  client(options?: object): Promise<Redis>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A real server of the test file's own, on a free port, without anything on disk. */
export async function createTestRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-redis-"));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const clients: Redis[] = [];
  let server: ChildProcess;
  const start = async () => {
    server = spawn(program!, ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], {
      stdio: "ignore",
    });
    while (!(await answers(url))) await sleep(20);
  };
  const stop = async () => {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
  };
  await start();
  return {
    url,
    client: async (options = {}) => {
      const client = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, ...options });
      client.on("error", () => {});
      clients.push(client);
      await once(client, "ready");
      return client;
    },
    start,
    stop,
    close: async () => {
      for (const client of clients) await client.quit().catch(() => client.disconnect());
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => {});
  const answer = await client
    .connect()
    .then(() => client.ping())
    .catch(() => null);
  client.disconnect();
  return answer === "PONG";
}

function freePort(): Promise<number> {
  const holder = createServer();
  return new Promise((resolve) =>
    holder.listen(0, "127.0.0.1", () => {
      const { port } = holder.address() as { port: number };
      holder.close(() => resolve(port));
    }),
  );
}
