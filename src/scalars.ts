import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { GraphQLDateTimeISO, GraphQLLocalDate, GraphQLURL } from "graphql-scalars";

// A JS Date turns a day into an instant, which moves it to another day outside UTC: a day stays a string.
export const DateScalar = new GraphQLScalarType<string, string>({
  ...GraphQLLocalDate.toConfig(),
  name: "Date",
  // What comes from a date column is a day already.
  serialize: String,
  description: "Calendar day, YYYY-MM-DD, no zone, years 0001 to 9999. Feed days are UTC days.",
});

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
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

function parseUrl(value: unknown): string {
  const isWebUrl = typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (isWebUrl) return new URL(value).href;
  throw new GraphQLError(`Value is not an absolute http or https URL: ${value}`);
}
