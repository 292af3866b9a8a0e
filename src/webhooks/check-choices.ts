import type { Db } from "../db/database";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { problemsOfFilter } from "../meaning/check-lasting-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { toStoredFilter } from "../papers/stored-filter";
import { type ReceiverRules, urlProblem } from "./receivers/receiver-url";
import type { WebhookChoices } from "./webhook.service";

/** The choices of an input that are given; null counts as omitted. */
type Given = { [Name in keyof WebhookChoices]?: WebhookChoices[Name] | null };

/**
 * The given choices as they are stored, or all errors in them; of a webhook that there is, `standing` is its filter. `db` reads
 * the primary.
 */
export async function readChoices(
  db: Db,
  given: Given,
  rules: ReceiverRules,
  standing?: PaperFilter,
): Promise<{ choices: Partial<WebhookChoices>; userErrors: UserError[] }> {
  const choices: Partial<WebhookChoices> = {};
  const userErrors: UserError[] = [];
  const invalid = (message: string, name: string) =>
    userErrors.push(userError(UserErrorCode.INVALID, message, "input", name));
  if (given.url) {
    const problem = urlProblem(given.url, rules);
    if (problem) invalid(problem, "url");
    choices.url = given.url;
  }
  for (const name of ["events", "feedPeriods"] as const) {
    const list = given[name];
    if (!list) continue;
    if (list.length === 0) invalid(`${name} must have at least one.`, name);
    Object.assign(choices, { [name]: [...new Set<string>(list)] });
  }
  if (given.format) choices.format = given.format;
  if (given.filter) {
    choices.filter = toStoredFilter(given.filter as PaperFilter);
    userErrors.push(...(await problemsOfFilter(db, choices.filter, standing)));
  }
  return { choices, userErrors };
}
