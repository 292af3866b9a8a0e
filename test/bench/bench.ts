import { parseArgs } from "node:util";
import { openDatabase } from "../../src/db/database";
import { migrate } from "../../src/db/migrate";
import { type Case, cases, type Known, meaningCases } from "./cases";
import { compare, type Measured, type Size } from "./compare";
import { type Contender, startOther, startOurs } from "./contenders";
import { measureCosts } from "./costs";
import { makeData } from "./data";
import { measureImportApart } from "./import.bench";
import { mostMemory, tellsMemory } from "./memory";
import { switchedOff } from "./optimizations";
import { measureScale } from "./scale/scale";
import { withServer } from "./server";
import { printHead, printRow } from "./table";
import { measureWebFeed, webFeedNames } from "./web-feeds";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    optimizations: { type: "boolean", default: false },
    costs: { type: "boolean", default: false },
    scale: { type: "string" },
    /** One case alone, by its name. */
    only: { type: "string" },
  },
});

const size: Size & { papers: number; imported: number } = options.quick
  ? { papers: 4000, imported: 3000, rounds: 2, seconds: 1 }
  : { papers: 20_000, imported: 6000, rounds: 4, seconds: 1.5 };

const isAsked = ({ name }: Case) => !options.only || name === options.only;
const asked = cases.filter(isAsked);

/** Tables go to stderr where stdout is for a machine. */
const say = options.json ? console.error : console.log;

async function main(): Promise<void> {
  if (options.scale) return measureScale(Number(options.scale));
  if (options.optimizations) return measureOptimizations();
  if (options.costs) return measureCostsApart();
  const ratios: Record<string, Figures> = {};
  const start = async (url: string) => [
    await startOther("limit", url),
    await startOther("floor", url),
    await startOurs("ours", url),
    await startOther("stock", url),
    await startOurs("fresh", url, { answerCacheMb: 0 }),
    await startOther("scan", url),
  ];
  printHead(say, "the limit, of web feeds to the same page of the graph, of likeness to a scan");
  await withContenders(start, async ([limit, floor, ours, stock, fresh, scan], known) => {
    for (const each of asked) {
      const contenders = each.hasFloor ? [limit!, floor!, ours!, stock!] : [limit!, ours!, stock!];
      const measured = await show(each, known, contenders);
      const toFloor = measured.floor && measured.ours!.ratio / measured.floor.ratio;
      if (toFloor) say(`${each.name} / floor: ${toFloor.toFixed(2)}`);
      ratios[each.name] = { ...measured.ours!, floor: toFloor };
    }
    for (const each of meaningCases.filter(isAsked)) {
      ratios[each.name] = (await show(each, known, [scan!, ours!])).ours!;
    }
    for (const name of webFeedNames) {
      if (options.only && name !== options.only) continue;
      const measured = await measureWebFeed(name, { fresh: fresh!, ours: ours! }, known, size);
      for (const [form, each] of Object.entries(measured)) printRow(say, name, form, each);
      ratios[name] = measured.atom;
    }
    if (tellsMemory) say(`ours took at most ${(await mostMemory(ours!.process)).toFixed(0)} MB of memory`);
  });
  if (options.only) return;
  ratios.import = await measureImportApart({ papers: size.imported, rounds: options.quick ? 1 : 5 });
  printRow(say, "import", "ours", ratios.import);
  const names = [
    "feed",
    "detail",
    "author",
    "search",
    "upvote",
    "import",
    "cached",
    "similar",
    "hybrid",
    ...webFeedNames,
  ];
  const shown = names.map((name) => [name, pick(ratios[name]!)]);
  if (options.json) console.log(JSON.stringify(Object.fromEntries(shown)));
}

/** How the API did; `floor` is its ratio to the floor, where there is one. */
interface Figures extends Measured {
  floor?: number;
}

function pick({ ratio, floor, p50, p99 }: Figures): Figures {
  const round = (value: number) => Number(value.toPrecision(4));
  return { ratio: round(ratio), ...(floor !== undefined && { floor: round(floor) }), p50: round(p50), p99: round(p99) };
}

/** Each optimization off, beside all of them on: what it gives is how much less there is without it. */
async function measureOptimizations(): Promise<void> {
  const start = async (url: string) => {
    const contenders = [await startOurs("all", url)];
    for (const [name, optimizations] of Object.entries(switchedOff))
      contenders.push(await startOurs(name, url, optimizations));
    return contenders;
  };
  printHead(say, "all optimizations");
  await withContenders(start, async (contenders, known) => {
    for (const each of asked) await show(each, known, contenders);
  });
}

/** Whether points are time: on the bench's data, one request after the other. */
async function measureCostsApart(): Promise<void> {
  await withServer(async (url) => {
    await fill(url);
    await measureCosts(url);
  });
}

async function show(asked: Case, known: Known, contenders: Contender[]): Promise<Record<string, Measured>> {
  const measured = await compare(asked, known, contenders, size);
  for (const [name, each] of Object.entries(measured)) printRow(say, asked.name, name, each);
  return measured;
}

/** Starts a database with made data and the servers over it, and ends them when the work is done. */
async function withContenders(
  start: (databaseUrl: string) => Promise<Contender[]>,
  work: (contenders: Contender[], known: Known) => Promise<void>,
): Promise<void> {
  await withServer(async (url) => {
    let contenders: Contender[] = [];
    try {
      const known = await fill(url);
      contenders = await start(url);
      await work(contenders, known);
    } finally {
      for (const { process: child } of contenders) child.kill();
    }
  });
}

async function fill(url: string): Promise<Known> {
  await migrate(url);
  const db = await openDatabase(url);
  try {
    return await makeData(db, size.papers);
  } finally {
    await db.close();
  }
}

void main();
