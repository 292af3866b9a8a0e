import { isValid } from "date-fns/isValid";
import { parseISO } from "date-fns/parseISO";
import { INVISIBLE } from "../../inputs/visible";

/**
 * An ISO day with an optional time, after "T" or a space as databases print it; a time without a zone is UTC, whatever the
 * machine's zone. Also without separators (ISO 8601, basic format), and with slashes if the year is first.
 */
const DAY = String.raw`(\d{4})([-/]?)(\d{2})\2(\d{2})`;
const TIME = String.raw`(\d{2}):?(\d{2})(?::?(\d{2}(?:\.\d+)?))?`;
const ZONE = String.raw`(?:(Z|UTC?|GMT)|([+-]\d{2}):?(\d{2})?)`;
const ISO = new RegExp(String.raw`^${DAY}(?:(?:T|\s+)${TIME}\s*${ZONE}?)?$`, "i");
const MONTHS = "january february march april may june july august september october november december".split(" ");
const NAME = String.raw`([a-z]{3,9})\.?`;
/**
 * Dates as in mail and HTTP (RFC 5322, 3.3; RFC 9110, 5.6.7); the name of the day is ignored. Also with the month first, or
 * with more of its name.
 */
const NAMED = new RegExp(
  String.raw`^(?:(?:mon|tue|wed|thu|fri|sat|sun),\s*)?(?:(\d{1,2})\s+${NAME}|${NAME}\s+(\d{1,2}),?)\s+(\d{4})(?:\s+(\d{2}:\d{2}(?::\d{2})?)(?:\s+(?:Z|UTC?|GMT|([+-]\d{2})(\d{2})))?)?$`,
  "i",
);

/** The instant that a text names, in the years 1900 to 9999; undefined for other texts. */
export function instantOf(text: string | null | undefined): Date | undefined {
  const iso = isoOf(text?.replace(INVISIBLE, "").trim() ?? "");
  if (!iso || !isDay(iso.slice(0, 10))) return undefined;
  const date = new Date(iso);
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 9999 ? date : undefined;
}

/** The text in ISO's extended format, with its zone. */
function isoOf(text: string): string | undefined {
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, , month, day, hour = "00", minute = "00", second = "00", , hours, minutes = "00"] = iso;
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${hours ? `${hours}:${minutes}` : "Z"}`;
  }
  const named = NAMED.exec(text);
  if (!named) return undefined;
  const [, first = "", name = named[3]!, , day = first, year, time = "00:00", hours, minutes] = named;
  const month = String(MONTHS.findIndex((each) => each.startsWith(name.toLowerCase())) + 1);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}T${time}${hours ? `${hours}:${minutes}` : "Z"}`;
}

/** The UTC day of the instant that a text names. */
export function dayOf(text: string | null | undefined): string | undefined {
  return instantOf(text)?.toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar, YYYY-MM-DD, from 1900 on. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && text >= "1900" && isValid(parseISO(text));
}
