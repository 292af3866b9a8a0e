import { readCommand } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import type { WritableDb } from "../db/database";
import { encodeNodeId } from "../nodes/node-id";
import { deletePapers } from "./delete-papers";

/** Imports wait for a deletion, and each paper takes some milliseconds. */
const MAX_PAPERS = 500;

export const USAGE = `Usage:
  npm run --silent papers -- delete ID...    (ids of papers here, arXiv ids, DOIs or addresses; at most ${MAX_PAPERS})`;

const COMMANDS = { delete: { words: ["ID..."], options: [] } };

/** Deletes papers; returns what to print. Throws ExpectedError that names references to no paper, and what was deleted all the same. */
export async function runPaperCommand(db: WritableDb, args: string[]): Promise<string> {
  const { words } = readCommand(args, COMMANDS, USAGE);
  if (words.length > MAX_PAPERS) {
    throw new ExpectedError(`delete takes at most ${MAX_PAPERS} papers at a time, not ${words.length}.`);
  }
  const { deleted, unknown } = await deletePapers(db, words);
  const lines = deleted.map(
    ({ rowId, arxivId, title }) => `Deleted ${arxivId ?? encodeNodeId("Paper", rowId)}: ${title}`,
  );
  if (unknown.length === 0) return lines.join("\n");
  throw new ExpectedError([...lines, `There is no paper ${unknown.join(", ")}.`].join("\n"));
}
