import { readCommand } from "../config/arguments";
import { ExpectedError } from "../config/expected-error";
import { defaultLimits } from "../config/limits";
import type { WritableDb } from "../db/database";
import { AccessTokenScope } from "./access-token.entity";
import { createAccessToken, listAccessTokens, revokeAccessToken } from "./access-token.service";
import { ensureUser, isUsername } from "./user.service";

export const USAGE = `Usage:
  npm run --silent token -- create --user NAME [--scopes ${Object.values(AccessTokenScope).join(",")}] [--name NAME] [--expires DAY]
  npm run --silent token -- list [--user NAME]
  npm run --silent token -- revoke NUMBER`;

const COMMANDS = {
  create: { words: [], options: ["user", "scopes", "name", "expires"], needed: ["user"] },
  list: { words: [], options: ["user"] },
  revoke: { words: ["NUMBER"], options: [] },
} as const;

/** Creates (with its user, if new), lists or revokes access tokens; returns what to print. */
export async function runTokenCommand(
  db: WritableDb,
  args: string[],
  most = defaultLimits.MAX_ACCESS_TOKENS,
): Promise<string> {
  const { command, words, values } = readCommand(args, COMMANDS, USAGE);
  if (command === "list") return list(db, values.user ?? null);
  if (command === "revoke") return revoke(db, words[0]!);
  const name = username(values.user!);
  const token = {
    name: values.name ?? "command line",
    scopes: scopes(values.scopes),
    expiresAt: expiry(values.expires),
    parentId: null,
  };
  const user = await ensureUser(db, name);
  const made = await createAccessToken(db, user.rowId, token, most);
  if (typeof made !== "string") return made.secret;
  throw new ExpectedError(`${name} already has ${most} working tokens; revoke one first, or raise MAX_ACCESS_TOKENS.`);
}

async function list(db: WritableDb, user: string | null): Promise<string> {
  const tokens = await listAccessTokens(db, user);
  const when = (date: Date | null) => date?.toISOString() ?? "never";
  const lines = tokens.map(({ id, username, scopes, expiresAt, lastUsedAt, name }) =>
    [id, username, scopes.join(",") || "-", `expires ${when(expiresAt)}`, `used ${when(lastUsedAt)}`, name].join("  "),
  );
  return lines.join("\n");
}

async function revoke(db: WritableDb, number: string): Promise<string> {
  if (!/^[1-9]\d{0,8}$/.test(number)) throw new ExpectedError(`"${number}" is not the number of a token.\n${USAGE}`);
  if (await revokeAccessToken(db, Number(number), null)) return `Revoked ${number}.`;
  throw new ExpectedError(`There is no working token ${number}; see: npm run --silent token -- list`);
}

function username(text: string): string {
  if (isUsername(text)) return text;
  throw new ExpectedError(`--user ${text} is not a username: 1 to 39 letters, digits, - or _.`);
}

function scopes(text: string | undefined): AccessTokenScope[] {
  const wanted = text?.split(",").map((name) => name.trim()) ?? [];
  return wanted.map((name) => {
    const scope = Object.values(AccessTokenScope).find((each) => each === name);
    if (scope) return scope;
    throw new ExpectedError(`--scopes ${name} must be one of ${Object.values(AccessTokenScope).join(", ")}.`);
  });
}

function expiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const date = new Date(text);
  if (date.getTime() > Date.now()) return date;
  throw new ExpectedError(`--expires ${text} is not a day or time in the future, e.g. 2027-01-31.`);
}
