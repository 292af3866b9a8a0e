import { InputError } from "./input-error";
import { OTHER_NAMES, ZONES } from "./time-zone-names";
import { INVISIBLE } from "./visible";

const zones = entriesOf(ZONES).flatMap(([area, cities]) => cities.map((city) => `${area}/${city}`));

/** The zones to choose from: UTC, and each zone of a place once, by its current IANA name. */
export const TIME_ZONES: readonly string[] = ["UTC", ...zones.filter((zone) => !zone.startsWith("Etc/"))];

const spellings = new Map(
  [
    ...["UTC", ...zones].map((zone) => [zone, zone] as const),
    ...entriesOf(OTHER_NAMES).flatMap(([zone, others]) => others.map((other) => [other, zone] as const)),
  ].map(([from, to]) => [from.toLowerCase(), to]),
);

/** "UTC+5:30", "-0800", "+05". */
const OFFSET = /^(?:utc|gmt|z)?\s*[+\-−]\s*\d/i;

/**
 * The one name of a zone, by our own list: which names, offsets and abbreviations Node accepts differs between its versions.
 * Former names, any case, and spaces for underscores are accepted; invisible characters are ignored. Of names without a region
 * only UTC is one: IANA takes EST for Panama, which has no summer time. Caches by zone must use
 * this name: there are millions of spellings. Throws an InputError that says what is wrong.
 */
export function readTimeZone(text: string): string {
  const given = text.replace(INVISIBLE, "").trim();
  const zone = spellings.get(given.toLowerCase().replace(/\s+/g, "_"));
  if (zone) return zone;
  throw new InputError(`${whyNone(given)}It must be an IANA time zone, e.g. Europe/Berlin.`);
}

function whyNone(given: string): string {
  if (OFFSET.test(given)) return "An offset is not a time zone, as it lacks the rules of daylight saving time. ";
  return given === "" || given.includes("/")
    ? ""
    : "A name without a region, such as an abbreviation, is not a time zone. ";
}

/** Parses lines of "name: word word", which may continue on the next ones. */
function entriesOf(text: string): [name: string, words: string[]][] {
  return text
    .trim()
    .split(/\n {2}(?! )/)
    .map((entry) => {
      const [name, ...words] = entry.trim().split(/:?\s+/);
      return [name!, words];
    });
}
