import { GraphQLError } from "graphql";
import { matchesFilter } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { type UserError, UserErrorCode, userError } from "../user-error.type";
import type { DigestFrequency, Weekday } from "./digest.types";
import type { DigestSubscription } from "./subscription.entity";

export const MAX_PAPERS = 50;

/** What a subscriber may choose, as it comes from outside: what is left out stays, or takes its default. */
export interface PreferenceInput {
  frequency?: DigestFrequency | null;
  weekday?: Weekday | null;
  hour?: number | null;
  timeZone?: string | null;
  maxPapers?: number | null;
  skipEmpty?: boolean | null;
  filter?: PaperFilter | null;
}

export type Preferences = Pick<
  DigestSubscription,
  "frequency" | "weekday" | "hour" | "timeZone" | "maxPapers" | "skipEmpty" | "filter"
>;

/** The given preferences over those that stand, or all that is wrong with them. */
export function readPreferences(
  input: PreferenceInput,
  standing: Preferences,
): { preferences: Preferences; userErrors: UserError[] } {
  const preferences: Preferences = {
    frequency: input.frequency ?? standing.frequency,
    weekday: input.weekday ?? standing.weekday,
    hour: input.hour ?? standing.hour,
    timeZone: input.timeZone ?? standing.timeZone,
    maxPapers: input.maxPapers ?? standing.maxPapers,
    skipEmpty: input.skipEmpty ?? standing.skipEmpty,
    filter: input.filter ? withoutEmpty(input.filter) : standing.filter,
  };
  return { preferences, userErrors: problemsOf(preferences) };
}

function problemsOf({ hour, maxPapers, filter }: Preferences): UserError[] {
  const errors: UserError[] = [];
  if (hour < 0 || hour > 23) errors.push(invalid("hour must be from 0 to 23.", "hour"));
  if (maxPapers < 1 || maxPapers > MAX_PAPERS) {
    errors.push(invalid(`maxPapers must be from 1 to ${MAX_PAPERS}.`, "maxPapers"));
  }
  return [...errors, ...problemsOfFilter(filter)];
}

/** Days have no meaning in a digest, which goes by the feeds' days: taking them in silence would send nothing for ever. */
const NOT_IN_DIGESTS = ["featured", "featuredFrom", "featuredTo", "publishedFrom", "publishedTo"] as const;

function problemsOfFilter(filter: PaperFilter): UserError[] {
  const foreign = NOT_IN_DIGESTS.filter((field) => Object.hasOwn(filter, field));
  if (foreign.length > 0) {
    return foreign.map((field) =>
      invalid(`${field} does not go with a digest, which goes by the feeds' days.`, "filter", field),
    );
  }
  try {
    matchesFilter(filter);
    return [];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [invalid(error.message, ...String(error.extensions.argument ?? "filter").split("."))];
  }
}

/** An empty list, too, means any: as a condition no paper would meet it, and nothing would be sent for ever. */
function withoutEmpty(filter: PaperFilter): PaperFilter {
  const isSet = (value: unknown) =>
    value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => isSet(value)));
}

function invalid(message: string, ...path: string[]): UserError {
  return userError(UserErrorCode.INVALID, message, "input", ...path);
}
