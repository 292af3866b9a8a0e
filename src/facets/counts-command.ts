import { readArguments } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import type { WritableDb } from "../db/database";
import { countPaperCountMismatches } from "./count-mismatches";
import { repairPaperCounts } from "./repair-counts";

const USAGE = `Usage:
  npm run --silent counts                (compares the kept numbers of papers with the papers)
  npm run --silent counts -- --repair    (mends those that are wrong)`;

/** Says which kept numbers of papers are wrong, and mends them if asked to; returns what to print. */
export async function runCountsCommand(db: WritableDb, args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args, { repair: { type: "boolean" } }, USAGE);
  if (positionals.length > 0) throw new ExpectedError(`"${positionals[0]}" is not expected.\n${USAGE}`);
  const wrong = values.repair ? await repairPaperCounts(db) : await countPaperCountMismatches(db);
  const kinds = Object.entries(wrong).map(([of, count]) => `${of}: ${count}`);
  if (kinds.length === 0) return "All numbers of papers are right.";
  const done = values.repair ? "were wrong, and are mended" : "are wrong; mend them with --repair";
  return [`Numbers of papers that ${done}:`, ...kinds].join("\n  ");
}
