import { type Attack, fails, passes, refused } from "./attack";

const BAD = "BAD_USER_INPUT";

/** Days that are none, or that PostgreSQL alone would know. */
const DAYS = [
  "infinity",
  "-infinity",
  "now",
  "today",
  "epoch",
  "2026-02-30",
  "2026-13-01",
  "2026-00-01",
  "10000-01-01",
  "0000-01-01",
  "-0001-01-01",
  "+2026-01-01",
  "2026-1-1",
  "20260101",
  "2026-01-01T00:00:00Z",
  "",
  "J2451187",
  "99999999999999999999-01-01",
];
const dates: Attack[] = [
  ...DAYS.flatMap((day) => [
    refused(
      `feed on ${JSON.stringify(day)}`,
      { query: "query ($on: Date) { feed(on: $on) { key } }", variables: { on: day } },
      BAD,
      { argument: "$on" },
    ),
    refused(
      `papers published from ${JSON.stringify(day)}`,
      {
        query: "query ($f: PaperFilter) { papers(filter: $f) { totalCount } }",
        variables: { f: { publishedFrom: day } },
      },
      BAD,
      { argument: "$f" },
    ),
    refused(
      `feeds from ${JSON.stringify(day)}, written out`,
      { query: `{ feeds(from: ${JSON.stringify(day)}) { totalCount } }` },
      "GRAPHQL_VALIDATION_FAILED",
    ),
  ]),
  ...[0, 20260101, 1e300, true, [], {}].map((day) =>
    refused(
      `feed on ${JSON.stringify(day)}`,
      { query: "query ($on: Date) { feed(on: $on) { key } }", variables: { on: day } },
      BAD,
    ),
  ),
  ...["0001-01-01", "9999-12-26", "2024-02-29"].flatMap((on) =>
    ["DAY", "WEEK", "MONTH"].map((period) =>
      passes(`the ${period} of ${on}`, {
        query: `{ feed(on: "${on}", period: ${period}) { key startDate endDate isFinal updatedAt previous { key } next { key } papers { totalCount nodes { id } } } }`,
      }),
    ),
  ),
  ...["0001-01-01", "9999-12-31"].map((day) =>
    passes(`lists from and to ${day}`, {
      query: `{ feeds(from: "${day}", to: "${day}") { totalCount nodes { key } } papers(filter: { publishedFrom: "${day}", featuredTo: "9999-12-31" }) { totalCount } }`,
    }),
  ),
  ...["9999-12-27", "9999-12-31"].map((on) =>
    fails(`feed on ${on}, whose week goes beyond the calendar`, { query: `{ feed(on: "${on}") { key } }` }, "on"),
  ),
  fails(
    "a range that ends before it begins",
    { query: '{ feeds(from: "2026-01-02", to: "2026-01-01") { totalCount } }' },
    "from",
  ),
];

const INSTANTS = [
  "infinity",
  "now",
  "2999-02-30T00:00:00Z",
  "2999-01-01T00:00:60Z",
  "2999-01-01T24:00:00Z",
  "2999-01-01T00:00:00|05:00",
  "2999-01-01T00:00:00",
  "2999-01-01",
  "10000-01-01T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-10:00",
  "+275760-09-13T00:00:00.000Z",
  "",
  8.64e15,
  8.64e15 + 1,
  -1,
  1e300,
  true,
  [],
  {},
];
const CREATE =
  'mutation ($at: DateTime) { made: createAccessToken(input: { name: "x", scopes: [], expiresAt: $at }) { accessToken { expiresAt } userErrors { code path } } }';
const instants: Attack[] = [
  ...INSTANTS.map((at) =>
    refused(`a token until ${JSON.stringify(at)}`, { query: CREATE, variables: { at } }, BAD, {
      signedIn: true,
      argument: "$at",
    }),
  ),
  passes(
    "a token until the end of the calendar",
    { query: CREATE, variables: { at: "9999-12-31T23:59:59.999Z" } },
    { signedIn: true, data: { made: { accessToken: { expiresAt: "9999-12-31T23:59:59.999Z" } } } },
  ),
  passes(
    `a token until a second of 50,000 digits`,
    { query: CREATE, variables: { at: `2999-01-01T00:00:00.${"1".repeat(50_000)}Z` } },
    { signedIn: true },
  ),
];

export const dateAttacks: Attack[] = [...dates, ...instants];
