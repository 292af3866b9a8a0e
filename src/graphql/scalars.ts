import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import {
  GraphQLDateTimeISO,
  GraphQLEmailAddress,
  GraphQLLocalDate,
  GraphQLTimeZone,
  GraphQLURL,
} from "graphql-scalars";
import { InputError } from "../inputs/input-error";
import { readMailAddress } from "../inputs/mail-address";
import { readTimeZone } from "../inputs/time-zones";
import { readWebUrl } from "../inputs/web-url";

/** Years of four digits (RFC 3339); PostgreSQL has no year 0. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

// A JS Date turns a day into an instant, which moves it to another day outside UTC: a day stays a string.
export const DateScalar = new GraphQLScalarType<string, string>({
  ...GraphQLLocalDate.toConfig(),
  name: "Date",
  // Values of date columns are days already.
  serialize: String,
  ...read(parseDay, "It must be a calendar day as YYYY-MM-DD, e.g. 2026-10-07."),
  description: "Calendar day, YYYY-MM-DD, no zone, years 0001 to 9999. Feed days are UTC days.",
});

export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTimeISO.toConfig(),
  name: "DateTime",
  // Our own values are valid; a string has this format already.
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  ...read(parseInstant, "It must be an instant with a time zone (RFC 3339), e.g. 2026-10-07T09:30:00Z."),
  description: "RFC 3339 instant, serialised with Z and milliseconds, e.g. 2026-10-07T09:30:00.000Z.",
});

export const UrlScalar = new GraphQLScalarType<string, string>({
  ...GraphQLURL.toConfig(),
  name: "URL",
  description:
    "One absolute http or https URL (RFC 3986). Invisible characters are dropped, and a line break after a slash; other white space inside, a second URL after it, or a user or password before the host, is refused.",
  serialize: String,
  parseValue: parseUrl,
  parseLiteral: (node) => parseUrl(node.kind === Kind.STRING ? node.value : null),
});

/**
 * Parses a value without the spaces around a string, and refuses it with what is right, since the library's messages name
 * its own scalars. graphql-js adds type and value.
 */
function read<T>(parse: (value: unknown) => T, right: string) {
  const parseValue = (value: unknown): T => {
    try {
      return parse(typeof value === "string" ? value.trim() : value);
    } catch (error) {
      throw new TypeError(error instanceof InputError ? error.message : right);
    }
  };
  // Without a function of its own, a literal is parsed like a value.
  return { parseValue, parseLiteral: undefined };
}

/** Refuses year 0, which the library accepts but PostgreSQL does not. */
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
  const url = typeof value === "string" ? readWebUrl(value) : null;
  if (url !== null) return url;
  throw new GraphQLError(`Value is not an absolute http or https URL without user and password: ${value}`);
}

export const TimeZoneScalar = new GraphQLScalarType<string, string>({
  ...GraphQLTimeZone.toConfig(),
  name: "TimeZone",
  description:
    "IANA zone name, e.g. Asia/Tokyo. Former names, any case and surrounding spaces are accepted, and returned as the zone's one name; offsets such as +05:30 and names without a region, such as PST, are refused, except UTC.",
  serialize: String,
  ...read((value) => readTimeZone(textOf(value)), "It must be an IANA time zone, e.g. Europe/Berlin."),
});

export const EmailAddressScalar = new GraphQLScalarType<string, string>({
  ...GraphQLEmailAddress.toConfig(),
  name: "EmailAddress",
  description:
    "One mail address (RFC 5322) of at most 254 characters, alone, after mailto:, or like Ada <ada@example.org>, of which the name is dropped. The domain may be in any script (IDNA) and is stored in ASCII. The part before the @ must be ASCII without quoting and comments, and its dots single and inside.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc5322#section-3.4.1",
  serialize: String,
  ...read((value) => readMailAddress(textOf(value)), "It must be one mail address, e.g. name@example.org."),
});

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError("It is not a string.");
}
