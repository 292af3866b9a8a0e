import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { build } from "esbuild";
import type { Optimizations } from "../../src/config/optimizations";
import { root } from "../../src/root";

/** A server that is measured. */
export interface Contender {
  name: string;
  url: string;
  process: ChildProcess;
}

/** The API as `npm start` runs it, but for the optimizations that are named. */
export function startOurs(
  name: string,
  databaseUrl: string,
  optimizations: Partial<Optimizations> = {},
): Promise<Contender> {
  return start(name, "ours", databaseUrl, { OPTIMIZATIONS: JSON.stringify(optimizations) });
}

/** The limit, the floor, the stock stack, or the scan of all vectors. */
export function startOther(name: "limit" | "floor" | "stock" | "scan", databaseUrl: string): Promise<Contender> {
  return start(name, name, databaseUrl, {});
}

async function start(name: string, file: string, databaseUrl: string, env: Record<string, string>): Promise<Contender> {
  // TypeORM finds the entities of the stock stack by their files. Others are not translated while they run.
  const isTranslated = file === "stock";
  const child = fork(isTranslated ? path.join(__dirname, `${file}.server.ts`) : await bundle(`${file}.server`), {
    execArgv: isTranslated ? ["--require", "tsx/cjs"] : [],
    env: { ...process.env, ...env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
  });
  const port = await messageOf(name, child);
  return { name, url: `http://127.0.0.1:${port}/graphql`, process: child };
}

/** Bundles a file of this folder as build.sh does, into dist. */
async function bundle(file: string): Promise<string> {
  const outfile = path.join(root, "dist", `${file}.js`);
  await build({
    entryPoints: [path.join(__dirname, `${file}.ts`)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    logLevel: "warning",
  });
  return outfile;
}

/** The first thing that a process sends; an error when it ends without. */
export function messageOf(name: string, child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}
