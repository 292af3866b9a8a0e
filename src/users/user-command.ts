import type { WritableDb } from "../db/database";
import { ExpectedError } from "../expected-error";
import { deleteUser } from "./user.service";

const USAGE = "Usage:\n  npm run users -- delete NAME";

/** Deletes a user; gives what to print. */
export async function runUserCommand(db: WritableDb, [command, name, ...rest]: string[]): Promise<string> {
  if (command !== "delete" || !name || rest.length > 0) throw new ExpectedError(USAGE);
  if (await deleteUser(db, name)) return `Deleted ${name}, with all upvotes and tokens.`;
  throw new ExpectedError(`There is no user ${name}.`);
}
