import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { GraphQLDateTimeISO, GraphQLLocalDate, GraphQLURL } from "graphql-scalars";

/** Years of four digits, as RFC 3339 has them; PostgreSQL has no year 0. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

const localDate = GraphQLLocalDate.toConfig();
const dateTime = GraphQLDateTimeISO.toConfig();

// A JS Date turns a day into an instant, which moves it to another day outside UTC: a day stays a string.
export const DateScalar = new GraphQLScalarType<string, string>({
  ...localDate,
  parseValue: (value) => withYear(localDate.parseValue(value)),
  parseLiteral: (node, variables) => withYear(localDate.parseLiteral(node, variables)),
  name: "Date",
  // What comes from a date column is a day already.
  serialize: String,
  description: "Calendar day, YYYY-MM-DD, no zone, years 0001 to 9999. Feed days are UTC days.",
});

export const DateTimeScalar = new GraphQLScalarType({
  ...dateTime,
  parseValue: (value) => inYears(dateTime.parseValue(value)),
  parseLiteral: (node, variables) => inYears(dateTime.parseLiteral(node, variables)),
  name: "DateTime",
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

function withYear(day: string): string {
  if (day >= "0001") return day;
  throw new GraphQLError(`There is no year 0: ${day}`);
}

function inYears(instant: Date): Date {
  if (instant.getTime() >= FIRST_INSTANT && instant.getTime() <= LAST_INSTANT) return instant;
  throw new GraphQLError("Value is not an instant of the years 0001 to 9999, in UTC.");
}

function parseUrl(value: unknown): string {
  const isWebUrl = typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (isWebUrl) return new URL(value).href;
  throw new GraphQLError(`Value is not an absolute http or https URL: ${value}`);
}
