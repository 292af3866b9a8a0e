import { readArguments } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import type { WritableDb } from "../db/database";
import { countPaperCountMismatches } from "./count-mismatches";
import { repairPaperCounts } from "./repair-counts";

export const USAGE = `Usage:
  npm run --silent counts                (compares the kept numbers of papers with the papers)
  npm run --silent counts -- --repair    (mends those that are wrong)`;

/** Mends the kept numbers of papers that are wrong if asked to, and returns what to print; else throws ExpectedError that names them. */
export async function runCountsCommand(db: WritableDb, args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args, { repair: { type: "boolean" } }, USAGE);
  if (positionals.length > 0) throw new ExpectedError(`"${positionals[0]}" is not expected.\n${USAGE}`);
  const wrong = values.repair ? await repairPaperCounts(db) : await countPaperCountMismatches(db);
  const kinds = Object.entries(wrong).map(([of, count]) => `${of}: ${count}`);
  if (kinds.length === 0) return "All numbers of papers are right.";
  const told = (done: string) => [`Numbers of papers that ${done}:`, ...kinds].join("\n  ");
  if (!values.repair) throw new ExpectedError(told("are wrong; mend them with --repair"));
  return told("were wrong, and are mended");
}
