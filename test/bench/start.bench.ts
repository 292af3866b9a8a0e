import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../../src/db/embedded/cluster";
import { root } from "../../src/root";
import { median } from "./load";

/** Milliseconds from the start of the process to its first answer, and what it has computed until then. */
interface Start {
  wall: number;
  cpu: number;
}

/** Starts the API on a data folder as a user would, and stops it when it has answered a query. */
async function timeStart(dataDir: string): Promise<Start> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir };
  const began = performance.now();
  const child = spawn("npm", ["start", "--silent"], { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let said = "";
  // Asking before it listens would take time from it.
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (data) => {
      said += data;
      if (said.includes(`:${port}`)) resolve();
    });
    child.once("exit", () => resolve());
  });
  await ask(port);
  // The sample is an import, which has its own measure.
  const sample = Number(/Loaded the sample: .* in (\d+) ms/.exec(said)?.[1] ?? 0);
  const start = { wall: performance.now() - began - sample, cpu: await cpuTime(child.pid!) };
  child.kill("SIGTERM");
  await ended;
  return start;
}

async function ask(port: number): Promise<void> {
  const answer = await fetch(`http://localhost:${port}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ papers(first: 1) { edges { node { title } } } }" }),
  });
  const text = await answer.text();
  if (!text.includes("title")) throw new Error(`The first answer was ${text}`);
}

/** Milliseconds that a process and its children have computed; Linux only. */
async function cpuTime(pid: number): Promise<number> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  const [user, system] = (await read("stat")).split(") ")[1]?.split(" ").slice(11, 13) ?? [];
  const children = (await read(`task/${pid}/children`)).split(" ").filter(Boolean).map(Number);
  const times = await Promise.all(children.map(cpuTime));
  return times.reduce((sum, time) => sum + time, 10 * (Number(user ?? 0) + Number(system ?? 0)));
}

async function measureStart(rounds: number): Promise<{ existing: Start; fresh: Start }> {
  const starts = { existing: [] as Start[], fresh: [] as Start[] };
  for (let round = 0; round < rounds; round++) {
    const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-bench-"));
    try {
      starts.fresh.push(await timeStart(dataDir));
      starts.existing.push(await timeStart(dataDir));
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  const medianOf = (all: Start[]) => ({
    wall: median(all.map((start) => start.wall)),
    cpu: median(all.map((start) => start.cpu)),
  });
  return { existing: medianOf(starts.existing), fresh: medianOf(starts.fresh) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
  for (const [name, { wall, cpu }] of Object.entries(await measureStart(Number(values.rounds)))) {
    console.log(`${name}: first answer after ${wall.toFixed(0)} ms, ${cpu} ms of them computing`);
  }
}

void main();
