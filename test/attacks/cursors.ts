import { defaultModelName } from "../../src/meaning/default-model";
import { encodeCursor } from "../../src/paging/cursor";
import { type Attack, fails } from "./attack";

const NEWEST = JSON.stringify(["papers", "PUBLISHED_ON DESC", null]);
const UPDATED = JSON.stringify(["papers", "UPDATED_AT DESC", null]);
const FEED = JSON.stringify(["Feed.papers", "2026-01-05", "RANK", null]);
const TRENDING = JSON.stringify(["trendingPapers", "WEEK", null]);
const MATCHES = JSON.stringify(["searchPapers", "paper", null, "TEXT"]);
const good = encodeCursor(NEWEST, ["2026-01-05", 1]);

/** Lists whose cursors anyone can forge, checksum and all, since what they are bound to is no secret. */
const lists = {
  papers: { binding: NEWEST, selection: "papers(AT: $x) { nodes { id } }" },
  updated: { binding: UPDATED, selection: "papers(orderBy: { field: UPDATED_AT }, AT: $x) { nodes { id } }" },
  feed: { binding: FEED, selection: 'feed(on: "2026-01-05") { papers(AT: $x) { nodes { id } } }' },
  feeds: {
    binding: JSON.stringify(["feeds", "DAY", undefined, undefined]),
    selection: "feeds(AT: $x) { nodes { id } }",
  },
  trending: { binding: TRENDING, selection: "trendingPapers(AT: $x) { nodes { id } }" },
  hybrid: {
    binding: JSON.stringify(["searchPapers", "paper", null, "HYBRID"]),
    selection: 'searchPapers(query: "paper", mode: HYBRID, AT: $x) { nodes { id } }',
  },
  similar: {
    binding: JSON.stringify(["similarPapers", defaultModelName(), [1], null]),
    selection: 'similarPapers(to: "UGFwZXI6MQ", AT: $x) { nodes { id } }',
  },
  search: { binding: MATCHES, selection: 'searchPapers(query: "paper", AT: $x) { nodes { id } }' },
};

type List = keyof typeof lists;

const FORGED: [List, unknown[]][] = [
  ...[
    ["2026-01-05"],
    [],
    ["2026-01-05", 1, 1],
    [1, "2026-01-05"],
    [null],
    [null, null],
    ["2026-01-05", "1"],
    ["2026-01-05", 1.5],
  ].map((keys): [List, unknown[]] => ["papers", keys]),
  ...[2 ** 31, -(2 ** 31) - 1, 1e300, true, [1], {}].map((id): [List, unknown[]] => ["papers", ["2026-01-05", id]]),
  ...[
    "infinity",
    "now",
    "2026-02-30",
    "10000-01-01",
    "0000-01-01",
    "-0001-01-01",
    "",
    "2026-01-05\u0000",
    "\ud800",
    5,
    [],
  ].map((day): [List, unknown[]] => ["papers", [day, 1]]),
  ...[
    "infinity",
    "now",
    "2026-01-05",
    "2026-01-05T00:00:00Z",
    "+275760-09-13T00:00:00.000Z",
    "-271821-04-20T00:00:00.000Z",
    "0000-01-01T00:00:00.000Z",
    "-000001-01-01T00:00:00.000Z",
    null,
    0,
  ].map((at): [List, unknown[]] => ["updated", [at, 1]]),
  ...["0000-01-01", "infinity", 1].map((day): [List, unknown[]] => ["feeds", [day]]),
  ...[0, -1, 2 ** 31 - 1, 2 ** 31, "1", null].map((ranking): [List, unknown[]] => ["feed", [ranking, 1]]),
  ...["Infinity", "NaN", null, "1"].map((score): [List, unknown[]] => ["trending", [score, 1]]),
  ...["Infinity", null].map((score): [List, unknown[]] => ["search", [score, 1, 1]]),
  ...["Infinity", null].map((likeness): [List, unknown[]] => ["similar", [likeness, 1]]),
  ...["", "AgE", "/////w8", "\u0000", 1, null].map((mark): [List, unknown[]] => ["hybrid", [1, mark]]),
];

const forged: Attack[] = FORGED.map(([list, keys]) => {
  const { binding, selection } = lists[list];
  return fails(
    `a forged cursor of ${list}: ${JSON.stringify(keys)}`,
    // A cursor's keys are typed, a forger's are anything.
    {
      query: `query ($x: String) { ${selection.replace(/\bAT\b/, "after")} }`,
      variables: { x: encodeCursor(binding, keys as never) },
    },
    "after",
  );
});

const bytes = Buffer.from(good, "base64url");
const DAMAGED: Record<string, string> = {
  "nothing at all": "",
  "a cursor without its last letter": good.slice(0, -1),
  "half of a cursor": good.slice(0, good.length / 2),
  "a cursor with a letter more": `${good}A`,
  "a padded cursor": `${good}==`,
  "a cursor in ordinary base64": bytes.toString("base64").replace(/=*$/, "+"),
  "a cursor from its end to its start": [...good].reverse().join(""),
  "a cursor's bytes in another order": Buffer.from([...bytes].reverse()).toString("base64url"),
  "a cursor twice": good + good,
  "a cursor of another order": encodeCursor(UPDATED, ["2026-01-05T00:00:00.000Z", 1]),
  "a cursor of another list": encodeCursor(FEED, [1, 1]),
  "a cursor of another filter": encodeCursor(JSON.stringify(["papers", "PUBLISHED_ON DESC", { hasCode: true }]), [
    "2026-01-05",
    1,
  ]),
  "an offset": Buffer.from("arrayconnection:10").toString("base64url"),
  "an id": Buffer.from("Paper:1").toString("base64url"),
  "JSON that does not end": encodeCursor(NEWEST, []).slice(0, -1),
  "JSON with a key of every object": Buffer.from('00000000{"__proto__":1}').toString("base64url"),
  "no base64": "%_\\'\";--",
  NUL: "\u0000",
  "60 KB": "A".repeat(60_000),
};

const damaged: Attack[] = Object.entries(DAMAGED).flatMap(([name, x]) =>
  ["after", "before"].map((argument) =>
    fails(
      `${name} as ${argument}`,
      { query: `query ($x: String) { papers(${argument}: $x) { nodes { id } } }`, variables: { x } },
      argument,
    ),
  ),
);

export const cursorAttacks: Attack[] = [...forged, ...damaged];
