import { Client } from "pg";
import { openDatabase } from "../../../src/db/database";
import { median } from "../load";
import { type Asker, openAsker } from "./ask";
import { type Question, readQuestions } from "./questions";

/** A database with so many papers. */
export interface Made {
  papers: number;
  url: string;
}

/**
 * All sizes are asked in turn, so that what else the machine does befalls each of them; before, once with all variables:
 * what is compared is the way through a larger table, not how much of it fits into memory.
 */
const ROUNDS = 6;
const ROUND_MS = 700;

/**
 * Prints the median times of the same questions at each size. Fails when a large table is read from end to end, or when a
 * median grows by more than its question may.
 */
export async function compareSizes(made: readonly Made[]): Promise<void> {
  const sizes = await Promise.all(made.map(openSize));
  const row = (cells: string[]) => console.log(cells.map((cell, i) => cell.padEnd(i === 0 ? 32 : 18)).join(""));
  row(["median ms (growth)", ...made.map(({ papers }) => `${papers} papers`)]);
  try {
    for (const [i, question] of sizes[0]!.questions.entries()) {
      const medians = await askInTurns(sizes, i);
      row([question.name, ...medians.map((ms) => `${ms.toFixed(2)} (${(ms / medians[0]!).toFixed(2)})`)]);
      const growth = medians.at(-1)! / medians[0]!;
      if (growth > question.mayGrow) fail(`  grows by more than ${question.mayGrow}`);
      for (const plan of await sizes.at(-1)!.asker.faultyPlans(sizes.at(-1)!.questions[i]!)) {
        fail(`  reads a large table from end to end:\n${plan}`);
      }
    }
  } finally {
    for (const size of sizes) await size.close();
  }
}

interface Size {
  questions: Question[];
  asker: Asker;
  close(): Promise<void>;
}

async function openSize({ papers, url }: Made): Promise<Size> {
  const client = new Client({ connectionString: url, options: "-c timezone=UTC" });
  await client.connect();
  const db = await openDatabase(url);
  const asker = await openAsker(db, client);
  return {
    questions: await readQuestions(client, papers),
    asker,
    async close() {
      await asker.close();
      await db.close();
      await client.end();
    },
  };
}

async function askInTurns(sizes: readonly Size[], question: number): Promise<number[]> {
  const times = sizes.map((): number[] => []);
  for (const { asker, questions } of sizes) await asker.warmUp(questions[question]!);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, { asker, questions }] of sizes.entries()) {
      times[i]!.push(...(await asker.times(questions[question]!, ROUND_MS)));
    }
  }
  return times.map(median);
}

function fail(reason: string): void {
  console.log(reason);
  process.exitCode = 1;
}
