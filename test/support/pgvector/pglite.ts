import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, type Pool, type QueryResult, type Submittable } from "pg";
import type { Transaction } from "../../../src/db/database";
import { freePort } from "../../../src/db/embedded/cluster";
import { migrate } from "../../../src/db/migrate";
import type { Statement } from "../../../src/db/sql";
import { prepareShared, type TestDatabase } from "../database";
import { copyByInsert } from "./copy";

const PROGRAM = require.resolve("@electric-sql/pglite-socket").replace(/index\.cjs$/, "scripts/server.cjs");
const EXTENSIONS = "@electric-sql/pglite-pgvector:vector,pg_trgm,unaccent";

/** Goes with the folder that it lies in after the last test file. */
const PREPARED = path.join(process.env.TEST_COMPILED!, "pglite");

/** A folder with a migrated database, copied from one that the first test file that asks for it makes: that takes seconds. */
async function createFolder(): Promise<string> {
  await prepareShared("pglite", async () => {
    if (existsSync(PREPARED)) return;
    const draft = await mkdtemp(`${PREPARED}-`);
    const server = await startPglite(draft);
    await migrate(server.url).finally(() => server.stop("SIGTERM"));
    await rename(draft, PREPARED);
  });
  const folder = await mkdtemp(path.join(tmpdir(), "pglite-"));
  await cp(PREPARED, folder, { recursive: true });
  return folder;
}

/** PGlite, which is PostgreSQL in WebAssembly, with pgvector: on a folder, in a process of its own. */
async function startPglite(folder: string): Promise<{ url: string; stop(signal: NodeJS.Signals): Promise<void> }> {
  const port = await freePort();
  const settings = [`--db=${folder}`, `--port=${port}`, `--extensions=${EXTENSIONS}`, "--max-connections=10"];
  const child = spawn(process.execPath, ["--liftoff-only", PROGRAM, ...settings], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (said) => {
      if (String(said).includes("listening on")) resolve();
    });
    void ended.then(() => reject(new Error("PGlite has ended.")));
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
    stop: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

/**
 * A migrated database that can have pgvector, of the one session that PGlite has: transactions follow each other, and what is read
 * meanwhile is read within them.
 */
export async function openPglite(): Promise<TestDatabase> {
  const folder = await createFolder();
  const server = await startPglite(folder);
  const client = new Client({ connectionString: server.url });
  client.on("error", () => {});
  await client.connect();
  const inTurn = queue();
  const send = (text: string, values: readonly unknown[] = []): Promise<QueryResult> =>
    inTurn(() => client.query(text, [...values]));
  await send("set timezone = 'UTC'");

  const statements: string[] = [];
  const query = async ({ text, values }: Statement) => {
    statements.push(text);
    return (await send(text, values)).rows;
  };
  const reads = { query: query as TestDatabase["query"] };
  const session = {
    query: (statement: string | Submittable, values?: unknown[]) =>
      typeof statement === "string" ? send(statement, values) : copyByInsert(send, textOf(statement)),
    on: () => session,
    off: () => session,
    release: () => {},
  };
  const tx = { ...reads, client: session as unknown as Transaction["client"] };
  const afterOthers = queue();
  const transaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    afterOthers(async () => {
      await send("begin");
      try {
        const result = await work(tx);
        await send("commit");
        return result;
      } catch (error) {
        await send("rollback");
        throw error;
      }
    });
  const run = async <Row>(text: string, values: unknown[] = []): Promise<Row[]> => (await send(text, values)).rows;
  return {
    ...reads,
    primary: reads,
    write: reads.query,
    transaction,
    background: transaction,
    bulk: transaction,
    listen: (channel, onNotify) => {
      client.on("notification", onNotify);
      void send(`listen ${client.escapeIdentifier(channel)}`);
      return { ...reads, close: async () => {} };
    },
    pool: { connect: async () => session, query: send } as unknown as Pool,
    replicas: () => 0,
    writers: () => ({ total: 1, idle: 1, waiting: 0 }),
    url: server.url,
    run,
    takeStatements: () => statements.splice(0),
    lockWait: () => Promise.reject(new Error("One session waits for no other.")),
    reset: async () => {
      await run("delete from papers");
    },
    allowWrongCounts: () => {},
    close: async () => {
      await client.end();
      await server.stop("SIGKILL");
      await rm(folder, { recursive: true });
    },
  };
}

/** Does one thing after the other. */
function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** Of a statement of pg-copy-streams. */
function textOf(statement: Submittable): string {
  return (statement as Submittable & { text: string }).text;
}
