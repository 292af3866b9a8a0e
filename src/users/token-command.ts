import { parseArgs } from "node:util";
import type { WritableDb } from "../db/database";
import { ExpectedError } from "../expected-error";
import { defaultLimits } from "../limits";
import { AccessTokenScope } from "./access-token.entity";
import { createAccessToken, listAccessTokens, revokeAccessToken } from "./access-token.service";
import { ensureUser, isUsername } from "./user.service";

const USAGE = `Usage:
  npm run --silent token -- create --user NAME [--scopes ${Object.values(AccessTokenScope).join(",")}] [--name NAME] [--expires DAY]
  npm run --silent token -- list [--user NAME]
  npm run --silent token -- revoke NUMBER`;

const OPTIONS = {
  user: { type: "string" },
  scopes: { type: "string" },
  name: { type: "string" },
  expires: { type: "string" },
} as const;

/** Creates (and its user, when new), lists or revokes access tokens; gives what to print. */
export async function runTokenCommand(
  db: WritableDb,
  args: string[],
  most = defaultLimits.MAX_ACCESS_TOKENS,
): Promise<string> {
  const { values, positionals } = parse(args);
  rejectForeignOptions(positionals[0], Object.keys(values));
  const [command, number, ...rest] = positionals;
  if (rest.length === 0 && command === "create" && !number && values.user) {
    const name = username(values.user);
    const token = {
      name: values.name ?? "command line",
      scopes: scopes(values.scopes),
      expiresAt: expiry(values.expires),
      parentId: null,
    };
    const user = await ensureUser(db, name);
    const made = await createAccessToken(db, user.rowId, token, most);
    if (typeof made !== "string") return made.secret;
    throw new ExpectedError(`${name} has ${most} tokens that work; revoke one first, or raise MAX_ACCESS_TOKENS.`);
  }
  if (rest.length === 0 && command === "list" && !number) {
    const tokens = await listAccessTokens(db, values.user ?? null);
    const when = (date: Date | null) => date?.toISOString() ?? "never";
    return tokens
      .map((token) =>
        [
          token.id,
          token.username,
          token.scopes.join(",") || "-",
          `expires ${when(token.expiresAt)}`,
          `used ${when(token.lastUsedAt)}`,
          token.name,
        ].join("  "),
      )
      .join("\n");
  }
  if (rest.length === 0 && command === "revoke" && number && /^[1-9]\d{0,8}$/.test(number)) {
    if (await revokeAccessToken(db, Number(number), null)) return `Revoked ${number}.`;
    throw new ExpectedError(`There is no working token ${number}; see: npm run --silent token -- list`);
  }
  throw new ExpectedError(USAGE);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ExpectedError(`${(error as Error).message.split(". ")[0]}.\n${USAGE}`);
  }
}

const OPTIONS_OF = new Map<string, string[]>([
  ["create", ["user", "scopes", "name", "expires"]],
  ["list", ["user"]],
  ["revoke", []],
]);

function rejectForeignOptions(command = "", given: string[]): void {
  const foreign = given.find((option) => !(OPTIONS_OF.get(command) ?? given).includes(option));
  if (foreign) throw new ExpectedError(`--${foreign} does not go with ${command}.\n${USAGE}`);
}

function username(text: string): string {
  if (isUsername(text)) return text;
  throw new ExpectedError(`--user ${text} is no username: 1 to 39 letters, digits, - or _.`);
}

function scopes(text: string | undefined): AccessTokenScope[] {
  const wanted = text?.split(",").map((name) => name.trim()) ?? [];
  return wanted.map((name) => {
    const scope = Object.values(AccessTokenScope).find((each) => each === name);
    if (scope) return scope;
    throw new ExpectedError(`--scopes ${name} is none of ${Object.values(AccessTokenScope).join(", ")}.`);
  });
}

function expiry(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const date = new Date(text);
  if (date.getTime() > Date.now()) return date;
  throw new ExpectedError(`--expires ${text} is no day or time in the future, e.g. 2027-01-31.`);
}
