import * as v from "valibot";
import { isMailAddress } from "../../mail-address";
import { isBroken } from "../../text";
import { canonicalTimeZone } from "../../time-zones";
import { DigestFrequency, Weekday } from "../digest.types";
import type { FieldError } from "./actions";

const MAX_KEYWORDS = 20;
const MAX_KEYWORD_LENGTH = 100;

/** How the text of each field is read. The sentences say what would be right. */
export const fields = {
  email: v.pipe(
    v.string("Enter your address."),
    v.trim(),
    v.check(isMailAddress, "Enter an address like name@example.org."),
  ),
  frequency: v.enum(DigestFrequency, "Choose how often."),
  weekday: v.enum(Weekday, "Choose a day of the week."),
  hour: numberWithin(0, 23, "Choose an hour."),
  timeZone: v.pipe(
    v.string("Enter a time zone."),
    v.transform((text) => canonicalTimeZone(text.trim().replace(/ +/g, "_")) ?? ""),
    v.minLength(1, "Enter a time zone from the list, like Europe/Berlin."),
  ),
  maxPapers: numberWithin(1, 100, "Enter a number from 1 to 100."),
  keywords: v.pipe(
    v.optional(v.string(), ""),
    v.transform(splitLines),
    v.maxLength(MAX_KEYWORDS, `Enter at most ${MAX_KEYWORDS} lines.`),
    v.everyItem(
      (word) => word.length <= MAX_KEYWORD_LENGTH && !isBroken(word),
      `Enter at most ${MAX_KEYWORD_LENGTH} characters on each line.`,
    ),
  ),
  minUpvotes: v.union(
    [
      v.pipe(
        v.literal(""),
        v.transform(() => null),
      ),
      numberWithin(0, 1_000_000, ""),
    ],
    "Enter a number, or leave it empty.",
  ),
  hasCode: v.pipe(
    v.picklist(["", "true", "false"], "Choose one."),
    v.transform((text) => (text === "" ? null : text === "true")),
  ),
  skipEmpty: v.pipe(
    v.optional(v.picklist(["", "on"]), ""),
    v.transform((text) => text === "on"),
  ),
};

/** The values of a form, or all that is wrong with it, one error a field. */
export function readForm<T>(
  schema: v.GenericSchema<unknown, T>,
  body: URLSearchParams,
): { form: T; errors: [] } | { form: null; errors: FieldError[] } {
  const read = v.safeParse(schema, Object.fromEntries(body));
  if (read.success) return { form: read.output, errors: [] };
  const errors = read.issues.map(({ path, message }) => ({ field: String(path?.[0]?.key ?? ""), message }));
  return { form: null, errors: errors.filter(({ field }, i) => errors.findIndex((e) => e.field === field) === i) };
}

function numberWithin(least: number, most: number, message: string) {
  return v.pipe(
    v.string(message),
    v.trim(),
    v.regex(/^\d{1,9}$/, message),
    v.transform(Number),
    v.minValue(least, message),
    v.maxValue(most, message),
  );
}

function splitLines(text: string): string[] {
  const words = text.split(/[\n,]/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ""))];
}
