import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import {
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLLocalDate,
  GraphQLTimeZone,
  GraphQLURL,
} from "graphql-scalars";
import { isMailAddress } from "./mail-address";
import { canonicalTimeZone } from "./time-zones";

/** Years of four digits, as RFC 3339 has them; PostgreSQL has no year 0. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

// A JS Date turns a day into an instant, which moves it to another day outside UTC: a day stays a string.
export const DateScalar = new GraphQLScalarType<string, string>({
  ...GraphQLLocalDate.toConfig(),
  name: "Date",
  // What comes from a date column is a day already.
  serialize: String,
  ...read(parseDay, "It must be a day of the calendar as YYYY-MM-DD, e.g. 2026-10-07."),
  description: "Calendar day, YYYY-MM-DD, no zone, years 0001 to 9999. Feed days are UTC days.",
});

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: "DateTime",
  // What we give is good; a text is written so already.
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  ...read(parseInstant, "It must be an instant with its zone (RFC 3339), e.g. 2026-10-07T09:30:00Z."),
  description: "RFC 3339 instant, serialised with Z and milliseconds, e.g. 2026-10-07T09:30:00.000Z.",
});

export const UrlScalar = new GraphQLScalarType<string, string>({
  ...GraphQLURL.toConfig(),
  name: "URL",
  description: "Absolute http or https URL (RFC 3986).",
  serialize: String,
  parseValue: parseUrl,
  parseLiteral: (node) => parseUrl(node.kind === Kind.STRING ? node.value : null),
});

/** Refuses a value by what would be right: the library's messages name its own scalars. graphql-js adds type and value. */
function read<T>(parse: (value: unknown) => T, right: string) {
  const parseValue = (value: unknown): T => {
    try {
      return parse(value);
    } catch {
      throw new TypeError(right);
    }
  };
  // Without a function of its own, a literal is read as its value is.
  return { parseValue, parseLiteral: undefined };
}

/** The library takes year 0, which PostgreSQL does not know. */
function parseDay(value: unknown): string {
  const day = GraphQLLocalDate.parseValue(value);
  if (day < "0001") throw new RangeError("There is no year 0.");
  return day;
}

function parseInstant(value: unknown): Date {
  const instant: Date = GraphQLDateTimeISO.parseValue(value);
  if (instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT) return instant;
  throw new RangeError("Its year is not one of 0001 to 9999, in UTC.");
}

function parseUrl(value: unknown): string {
  const isWebUrl = typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (isWebUrl) return new URL(value).href;
  throw new GraphQLError(`Value is not an absolute http or https URL: ${value}`);
}

export const TimeZoneScalar = new GraphQLScalarType<string, string>({
  ...GraphQLTimeZone.toConfig(),
  name: "TimeZone",
  description:
    "IANA zone name, e.g. Asia/Tokyo. Former names and other cases are taken, and answered by the zone's one name; offsets such as +05:30 are no zones.",
  serialize: String,
  ...read(parseTimeZone, "It must be an IANA time zone, e.g. Europe/Berlin."),
});

function parseTimeZone(value: unknown): string {
  const zone = typeof value === "string" ? canonicalTimeZone(value) : null;
  if (zone === null) throw new RangeError("It is no zone.");
  return zone;
}

export const EmailAddressScalar = new GraphQLScalarType<string, string>({
  ...GraphQLEmailAddress.toConfig(),
  name: "EmailAddress",
  description:
    "One mail address (RFC 5322, addr-spec) of at most 254 characters: no name, no comment, no quoting, no list; single dots between letters.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1",
  serialize: String,
  ...read(parseEmailAddress, "It must be one mail address, e.g. ada@example.org."),
});

function parseEmailAddress(value: unknown): string {
  if (typeof value !== "string" || !isMailAddress(value)) throw new RangeError("It is no address.");
  return value;
}
