import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../../src/root";

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Running {
  child: ChildProcess;
  /** Everything written so far, both streams. */
  output(): string;
  /** Resolves when the output holds a text; rejects when the process ends without it. */
  waitForOutput(text: string | RegExp): Promise<string>;
  ended: Promise<End>;
  /** Has it end by SIGTERM. */
  close(): Promise<End>;
}

/** Starts a process of the project's own, e.g. worker.main, as npm would, with these settings only. */
export function run(
  program: string,
  args: string[],
  env: Record<string, string>,
  input?: Buffer,
  user?: { uid: number; gid: number },
): Running {
  const { PATH, HOME, TEST_COMPILED } = process.env;
  const file = path.join(root, `dist/${program}.js`);
  const child = spawn(process.execPath, ["--require", path.join(__dirname, "load-cache.js"), file, ...args], {
    ...user,
    cwd: root,
    env: { PATH, HOME, TEST_COMPILED, PORT: "0", HOST: "127.0.0.1", ...env },
  });
  child.stdin.end(input);
  let output = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<End>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  const waitForOutput = (text: string | RegExp) =>
    new Promise<string>((resolve, reject) => {
      const watch = () => {
        if (typeof text === "string" ? output.includes(text) : text.test(output)) resolve(output);
      };
      watchers.add(watch);
      watch();
      void ended.then(({ code, signal }) =>
        reject(new Error(`ended with ${code ?? signal} without ${text}:\n${output}`)),
      );
    });
  const close = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { child, output: () => output, waitForOutput, ended, close };
}

/** What a process says that ends over a mistake of its user, as it should: with exit code 1 and no stack trace. */
export async function mistake(failed: Running): Promise<string> {
  expect(await failed.ended).toEqual({ code: 1, signal: null });
  expect(failed.output()).not.toMatch(/ at .*\(.*:\d+\)/);
  return failed.output().trim();
}

/** The address at which a started API says it listens. */
export async function addressOf(api: Running): Promise<string> {
  return /GraphQL\s+(http:\S+)/.exec(await api.waitForOutput("Stop with Ctrl-C"))![1]!;
}

export async function ask(address: string, query: string, token?: string, variables?: object) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { data: Record<string, never>; errors?: { message: string }[] };
}

export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "daily-papers-process-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A data folder for the tests that follow, in which no PostgreSQL may run after them. */
export function useDataDir(): { readonly dataDir: string } {
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ folder: dataDir, remove } = await temporaryFolder());
  });
  afterAll(async () => {
    expect(await serverPid(dataDir)).toBeNull();
    await remove();
  });
  return {
    get dataDir() {
      return dataDir;
    },
  };
}

/** The process id of the PostgreSQL of a data folder, while it runs. */
export async function serverPid(dataDir: string): Promise<number | null> {
  const file = await readFile(path.join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(file, 10);
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return null;
  }
}

/** The first line of a subscription's event stream: a comment when it was taken, and nothing has happened yet. */
export async function firstOfStream(address: string, query: string): Promise<string> {
  const end = new AbortController();
  const response = await fetch(`${address}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify({ query }),
    signal: end.signal,
  });
  const { value } = await response.body!.getReader().read();
  end.abort();
  return Buffer.from(value!).toString().split("\n")[0]!;
}
