import type { Db } from "../../db/database";
import { type UserError, UserErrorCode, userError } from "../../graphql/user-error.type";
import { problemsOfFilter } from "../../meaning/check-lasting-filter";
import type { PaperFilter } from "../../papers/paper-filter.input";
import { toStoredFilter } from "../../papers/stored-filter";
import type { DigestFrequency, Weekday } from "../digest.types";
import { isInRange, rangeRule } from "./preference-rules";
import type { DigestSubscription } from "./subscription.entity";

/** A subscriber's choices, as they are sent: omitted fields stay as they are, or take their default. */
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

/** The current preferences with the given ones applied, or all errors in them. `db` reads the primary. */
export async function readPreferences(
  db: Db,
  input: PreferenceInput,
  standing: Preferences,
): Promise<{ preferences: Preferences; userErrors: UserError[] }> {
  const preferences: Preferences = {
    frequency: input.frequency ?? standing.frequency,
    weekday: input.weekday ?? standing.weekday,
    hour: input.hour ?? standing.hour,
    timeZone: input.timeZone ?? standing.timeZone,
    maxPapers: input.maxPapers ?? standing.maxPapers,
    skipEmpty: input.skipEmpty ?? standing.skipEmpty,
    filter: input.filter ? toStoredFilter(input.filter) : standing.filter,
  };
  // An earlier version may have accepted the stored filter: another change, or a pause, is not refused for it.
  const ofFilter = input.filter ? await problemsOfDigestFilter(db, preferences.filter, standing.filter) : [];
  return { preferences, userErrors: [...problemsOf(preferences), ...ofFilter] };
}

function problemsOf({ hour, maxPapers }: Preferences): UserError[] {
  const errors: UserError[] = [];
  if (!isInRange("hour", hour)) errors.push(invalid(rangeRule("hour"), "hour"));
  if (!isInRange("maxPapers", maxPapers)) errors.push(invalid(rangeRule("maxPapers"), "maxPapers"));
  return errors;
}

/** Days have no meaning in a digest, and no digest has withdrawn papers: accepting these would send nothing for ever. */
const FEEDS_DAYS = "which follow the feeds' days";
const NOT_IN_DIGESTS = {
  featured: FEEDS_DAYS,
  featuredFrom: FEEDS_DAYS,
  featuredTo: FEEDS_DAYS,
  publishedFrom: FEEDS_DAYS,
  publishedTo: FEEDS_DAYS,
  withdrawn: "which leave out withdrawn papers",
};

async function problemsOfDigestFilter(db: Db, filter: PaperFilter, standing: PaperFilter): Promise<UserError[]> {
  const foreign = Object.entries(NOT_IN_DIGESTS).filter(([field]) => Object.hasOwn(filter, field));
  if (foreign.length > 0) {
    return foreign.map(([field, why]) => invalid(`${field} is not for digests, ${why}.`, "filter", field));
  }
  return problemsOfFilter(db, filter, standing);
}

function invalid(message: string, ...path: string[]): UserError {
  return userError(UserErrorCode.INVALID, message, "input", ...path);
}
