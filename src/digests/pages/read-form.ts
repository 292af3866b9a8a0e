import * as v from "valibot";
import { brokenRule, isBroken } from "../../inputs/broken-text";
import { readMailAddress } from "../../inputs/mail-address";
import { readBy } from "../../inputs/read-by";
import { readTimeZone } from "../../inputs/time-zones";
import { visible } from "../../inputs/visible";
import {
  categoriesProblem,
  countRule,
  keywordsProblem,
  MAX_COUNT,
  splitCategories,
  splitKeywords,
} from "../../papers/filter-rules";
import { DigestFrequency, Weekday } from "../digest.types";
import { RANGES, rangeRule } from "../subscriptions/preference-rules";
import type { FieldError } from "./actions";
import { quoted } from "./labels";

/** How the text of each field is read. The messages say what would be right. */
export const fields = {
  email: v.pipe(entered("Enter your address, e.g. name@example.org."), readBy(readMailAddress)),
  frequency: v.enum(DigestFrequency, choice("frequency", Object.values(DigestFrequency))),
  weekday: v.enum(Weekday, choice("weekday", Object.values(Weekday))),
  hour: numberWithin(RANGES.hour, rangeRule("hour", quoted("hour"))),
  timeZone: v.pipe(entered("Enter a time zone, e.g. Europe/Berlin."), readBy(readTimeZone)),
  maxPapers: numberWithin(RANGES.maxPapers, rangeRule("maxPapers", quoted("maxPapers"))),
  keywords: keywords(quoted("keywords")),
  excludeKeywords: keywords(quoted("excludeKeywords")),
  categories: categories(quoted("categories")),
  excludeCategories: categories(quoted("excludeCategories")),
  minUpvotes: v.union(
    [
      v.pipe(
        v.literal(""),
        v.transform(() => null),
      ),
      numberWithin({ least: 0, most: MAX_COUNT }, countRule(quoted("minUpvotes"))),
    ],
    countRule(quoted("minUpvotes")),
  ),
  hasCode: v.pipe(
    v.picklist(["", "true", "false"], `${quoted("hasCode")} must be “true”, “false” or empty.`),
    v.transform((text) => (text === "" ? null : text === "true")),
  ),
  /** Papers are only chosen elsewhere: here a reader stops asking for what is like them, or leaves them as they are. */
  near: v.pipe(
    v.optional(v.picklist(["", "on"], `${quoted("near")} must be “on” or empty.`)),
    v.transform((text): string[] | undefined => (text === "" ? [] : undefined)),
  ),
  skipEmpty: v.pipe(
    v.optional(v.picklist(["", "on"], `${quoted("skipEmpty")} must be “on” or empty.`), ""),
    v.transform((text) => text === "on"),
  ),
};

/** The values of a form, or all its errors, one per field. */
export function readForm<T>(
  schema: v.GenericSchema<unknown, T>,
  body: URLSearchParams,
): { form: T; errors: [] } | { form: null; errors: FieldError[] } {
  // A field that was not sent is refused with its own message, not the library's.
  const absent = Object.keys("entries" in schema ? Object(schema.entries) : {}).map((name) => [name, undefined]);
  const read = v.safeParse(schema, { ...Object.fromEntries(absent), ...Object.fromEntries(body) });
  if (read.success) return { form: read.output, errors: [] };
  const errors = read.issues.map(({ path, message }) => ({ field: String(path?.[0]?.key ?? ""), message }));
  return { form: null, errors: errors.filter(({ field }, i) => errors.findIndex((e) => e.field === field) === i) };
}

/** A text that is not empty, which is read only then. */
function entered(message: string) {
  return v.pipe(
    v.string(message),
    v.check((text) => visible(text).trim() !== "", message),
  );
}

/** What a list takes: its form sends nothing else, but other clients may. */
function choice(field: Parameters<typeof quoted>[0], values: string[]): string {
  return `${quoted(field)} must be one of ${values.join(", ")}.`;
}

function keywords(label: string) {
  return list(
    splitKeywords,
    (words) => keywordsProblem(label, words) ?? (words.some(isBroken) ? brokenRule(label) : null),
  );
}

function categories(label: string) {
  return list(splitCategories, (given) => categoriesProblem(label, given));
}

/** Several texts typed into one field. */
function list(split: (text: string) => string[], problemOf: (texts: string[]) => string | null) {
  return v.pipe(
    v.optional(v.string(), ""),
    v.transform(split),
    v.rawCheck(({ dataset, addIssue }) => {
      const problem = dataset.typed ? problemOf(dataset.value) : null;
      if (problem) addIssue({ message: problem });
    }),
  );
}

function numberWithin({ least, most }: { least: number; most: number }, message: string) {
  return v.pipe(
    v.string(message),
    v.trim(),
    v.regex(/^\d{1,10}$/, message),
    v.transform(Number),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}
