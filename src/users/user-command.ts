import { readCommand } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import type { WritableDb } from "../db/database";
import { deleteUser } from "./user.service";

export const USAGE = "Usage:\n  npm run --silent users -- delete NAME";
const COMMANDS = { delete: { words: ["NAME"], options: [] } };

/** Deletes a user; returns what to print. */
export async function runUserCommand(db: WritableDb, args: string[]): Promise<string> {
  const name = readCommand(args, COMMANDS, USAGE).words[0]!;
  const deleted = await deleteUser(db, name);
  if (deleted !== null) return `Deleted ${deleted}, with all upvotes, tokens and webhooks.`;
  throw new ExpectedError(`There is no user ${name}.`);
}
