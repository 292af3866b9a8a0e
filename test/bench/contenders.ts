import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import type { Levers } from "../../src/levers";

/** A server that is measured. */
export interface Contender {
  name: string;
  url: string;
  process: ChildProcess;
}

/** How the API is started: all levers are on but those that are named. */
export interface Ours {
  levers?: Partial<Levers>;
  /** Megabytes; see SEMI_SPACE_MB. */
  semiSpace?: number;
}

/** The API as `npm start` runs it. */
const DEFAULT_SEMI_SPACE_MB = 32;

export function startOurs(
  name: string,
  databaseUrl: string,
  { levers = {}, semiSpace }: Ours = {},
): Promise<Contender> {
  return start(name, "ours", databaseUrl, {
    execArgv: [`--max-semi-space-size=${semiSpace ?? DEFAULT_SEMI_SPACE_MB}`],
    env: { LEVERS: JSON.stringify(levers) },
  });
}

/** The limit, or the stock stack. */
export function startOther(name: "limit" | "stock", databaseUrl: string): Promise<Contender> {
  return start(name, name, databaseUrl, { execArgv: [], env: {} });
}

async function start(
  name: string,
  file: string,
  databaseUrl: string,
  options: { execArgv: string[]; env: Record<string, string> },
): Promise<Contender> {
  const child = fork(path.join(__dirname, `${file}.server.ts`), {
    execArgv: [...options.execArgv, "--import", "tsx"],
    env: { ...process.env, ...options.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
  });
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { name, url: `http://127.0.0.1:${port}/graphql`, process: child };
}
