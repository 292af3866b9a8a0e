import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { createDataSource, migrate } from "../../src/db/data-source";
import { openDatabase } from "../../src/db/database";
import { startEmbedded } from "../../src/db/embedded";
import { type Case, cases, type Known } from "./cases";
import { makeData } from "./data";
import { answer, measure, median, type Round } from "./load";
import { measureScale } from "./scale/scale";

const CONTENDERS = ["limit", "ours", "stock"] as const;
type Contender = (typeof CONTENDERS)[number];

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, scale: { type: "string" } },
});
const size = options.quick ? { papers: 4000, rounds: 3, seconds: 1 } : { papers: 20_000, rounds: 5, seconds: 3 };

async function main(): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "daily-papers-bench-"));
  const server = await startEmbedded({ dataDir });
  const running: ChildProcess[] = [];
  try {
    const known = await fill(server.url);
    const urls = {} as Record<Contender, string>;
    for (const name of CONTENDERS) urls[name] = await start(name, server.url, running);
    for (const each of cases) await compare(each, known, urls);
  } finally {
    for (const child of running) child.kill();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fill(url: string): Promise<Known> {
  const dataSource = await createDataSource(url).initialize();
  await migrate(dataSource, url);
  await dataSource.destroy();
  const db = await openDatabase(url);
  const known = await makeData(db, size.papers);
  const [counts] = await db.dataSource.query(`
    select (select count(*) from papers) as papers, (select count(*) from authors) as authors, (select count(*) from upvotes) as upvotes`);
  await db.close();
  console.log(
    `${counts.papers} papers, ${counts.authors} authors, ${counts.upvotes} upvotes; ${size.rounds} rounds of ${size.seconds} s each.\n`,
  );
  return known;
}

function start(name: Contender, databaseUrl: string, running: ChildProcess[]): Promise<string> {
  const child = fork(path.join(__dirname, `${name}.server.ts`), {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
  });
  running.push(child);
  return new Promise((resolve, reject) => {
    child.once("message", (port) => resolve(`http://127.0.0.1:${port}/graphql`));
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}

/** Checks that all give the same answers, warms up, measures in turn, and prints medians as ratios to the limit. */
async function compare(asked: Case, known: Known, urls: Record<Contender, string>): Promise<void> {
  for (let n = 0; n < 20; n++) {
    const [limit, ...others] = await Promise.all(CONTENDERS.map((name) => answer(urls[name], asked, known, n)));
    for (const [i, other] of others.entries()) {
      if (isDeepStrictEqual(limit, other)) continue;
      console.error(JSON.stringify(limit).slice(0, 500), JSON.stringify(other).slice(0, 500));
      throw new Error(`${CONTENDERS[i + 1]} answers ${asked.name} otherwise than the limit`);
    }
  }
  const rounds: Record<Contender, Round[]> = { limit: [], ours: [], stock: [] };
  for (const name of CONTENDERS) await measure(urls[name], asked, known, 1);
  for (let i = 0; i < size.rounds; i++) {
    for (const name of CONTENDERS) rounds[name].push(await measure(urls[name], asked, known, size.seconds));
  }
  const limit = median(rounds.limit.map((round) => round.perSecond));
  for (const name of CONTENDERS) {
    const of = (key: keyof Round) => median(rounds[name].map((round) => round[key]));
    const cells = [
      asked.name,
      name,
      (of("perSecond") / limit).toFixed(2),
      of("perSecond").toFixed(0),
      `${of("p50")} ms`,
      `${of("p99")} ms`,
    ];
    console.log(cells.map((cell, i) => cell.padEnd([8, 6, 6, 8, 8, 8][i]!)).join(" "));
  }
}

if (!options.scale)
  console.log(
    ["", "", "ratio", "a second", "p50", "p99"].map((cell, i) => cell.padEnd([8, 6, 6, 8, 8, 8][i]!)).join(" "),
  );
void (options.scale ? measureScale(Number(options.scale)) : main());
