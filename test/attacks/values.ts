import { type Attack, fails, passes, refused } from "./attack";

const BAD = "BAD_USER_INPUT";
const id = (text: string) => Buffer.from(text).toString("base64url");

/** Ids of other things, of nothing, and of more than there can be. */
const WRONG_IDS = [
  "",
  " ",
  "1",
  "Paper:1",
  "x",
  "%",
  "=",
  id("Paper:"),
  id("Paper:0"),
  id("Paper:-1"),
  id("Paper:1.5"),
  id("Paper:1e3"),
  id("Paper:01"),
  id("Paper: 1"),
  id("Paper:2147483648"),
  id(`Paper:${"9".repeat(400)}`),
  id("paper:1"),
  id("Paper:1; drop table papers"),
  id("Paper:1\u0000"),
  `${id("Paper:1")}=`,
  id("Author:1"),
  id("Feed:2026-01-05"),
  id("AccessToken:1"),
  id("Query:1"),
  id("__proto__:1"),
  id("constructor:1"),
];

const ids: Attack[] = [
  ...WRONG_IDS.flatMap((wrong) => [
    fails(
      `paper by the id ${JSON.stringify(wrong).slice(0, 40)}`,
      { query: "query ($id: ID!) { paper(id: $id) { id } }", variables: { id: wrong } },
      "id",
    ),
    passes(
      `upvote of ${JSON.stringify(wrong).slice(0, 40)}`,
      {
        query:
          "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { id } userErrors { code } } }",
        variables: { id: wrong },
      },
      { signedIn: true, data: { upvotePaper: { changed: false, paper: null, userErrors: [{ code: "NOT_FOUND" }] } } },
    ),
  ]),
  ...[
    "Paper:2147483647",
    "Author:2147483647",
    "User:2147483647",
    "Organization:9",
    "Feed:2026-02-30",
    "Feed:0000-01-01",
    "Feed:2026-W54",
    "Feed:10000-01-01",
    "AccessToken:1",
    "Query:1",
    "__proto__:1",
  ].map((key) =>
    passes(
      `node ${key}`,
      { query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: id(key) } },
      { data: { node: null } },
    ),
  ),
  ...[1, 1.5, true, null, [], {}, ["a"]]
    .map((value) =>
      refused(
        `node by ${JSON.stringify(value)}`,
        { query: "query ($id: ID!) { node(id: $id) { ... on Feed { key } } }", variables: { id: value } },
        BAD,
        { argument: "$id" },
      ),
    )
    .filter(({ name }) => name !== "node by 1"),
  passes(
    "node by a number, which GraphQL takes for an id",
    { query: "{ node(id: 1) { id } }" },
    { data: { node: null } },
  ),
];

/** Characters that mean something to SQL, to LIKE and to the text search. */
const searches: Attack[] = [
  "%",
  "_",
  "\\",
  "'",
  '"',
  "''",
  '"a',
  "a'b",
  "\\'",
  "a:*",
  "a & b",
  "!a",
  "!",
  "<->",
  "a <-> b",
  "()",
  "(a",
  "-",
  "--",
  "- -a",
  "or",
  "or or",
  '""',
  "; drop table papers",
  "$1",
  "%s",
  "{}",
  "a\\",
  "' or '1'='1",
  "\u202e",
  "e\u0301",
  "\u0000".slice(1),
  "   ",
  "\ufeff",
  "-".repeat(300),
  '"'.repeat(299),
  "a or ".repeat(60),
  "ﷺ".repeat(300),
].flatMap((text) => [
  passes(`searching for ${JSON.stringify(text).slice(0, 30)}`, {
    query: "query ($q: String!) { searchPapers(query: $q) { totalCount edges { highlights { text ranges } } } }",
    variables: { q: text },
  }),
  passes(`filtering by ${JSON.stringify(text).slice(0, 30)}`, {
    query: 'query ($q: String!) { papers(filter: { keywords: [$q, "x"] }) { totalCount } }',
    variables: { q: `model${text.slice(0, 95)}` },
  }),
  passes(`authors named ${JSON.stringify(text).slice(0, 30)}`, {
    query: "query ($q: String!) { authors(name: $q) { totalCount nodes { name } } }",
    variables: { q: `a${text.slice(0, 199)}` },
  }),
]);

const UPSERT =
  "mutation ($p: PaperUpsert!) { made: upsertPapers(input: { papers: [$p] }) { created userErrors { code path } papers { id standings { feed { key } } } } }";
const upserts: Attack[] = [
  ...[-1, -2_147_483_648].map((authorCount) =>
    passes(
      `a paper by ${authorCount} authors`,
      { query: UPSERT, variables: { p: { title: "x", authorCount } } },
      { signedIn: true, data: { made: { created: 0, userErrors: [{ code: "INVALID" }] } } },
    ),
  ),
  passes(
    "a paper by 2,147,483,647 authors",
    { query: UPSERT, variables: { p: { title: "Very many hands", authorCount: 2_147_483_647 } } },
    { signedIn: true },
  ),
  ...["0001-01-01", "9999-12-31"].map((day) =>
    passes(
      `a paper of ${day}`,
      { query: UPSERT, variables: { p: { title: `A paper of ${day}`, publishedOn: day, featuredOn: day } } },
      { signedIn: true },
    ),
  ),
  ...[
    "javascript:alert(1)",
    "ftp://x.test/",
    "//x.test/a",
    "http://",
    "http://[",
    "x",
    "",
    "data:text/html,x",
    "http://\u0000",
    1,
    {},
  ].map((url) =>
    refused(`a paper at ${JSON.stringify(url)}`, { query: UPSERT, variables: { p: { title: "x", url } } }, BAD, {
      signedIn: true,
      argument: "$p",
    }),
  ),
  passes(
    "a paper at a URL of 50 KB",
    { query: UPSERT, variables: { p: { title: "Far away", url: `https://x.test/${"a".repeat(50_000)}` } } },
    { signedIn: true },
  ),
  refused(
    "a key that every object has, in an input",
    { query: UPSERT, variables: { p: { title: "x", constructor: "x" } } },
    BAD,
    { signedIn: true, argument: "$p" },
  ),
  refused(
    "a key that every object has, written out",
    { query: "{ papers(filter: { __proto__: { hasCode: true } }) { totalCount } }" },
    "GRAPHQL_VALIDATION_FAILED",
  ),
  refused(
    "__proto__ as an enum's value",
    { query: "{ papers(orderBy: { field: __proto__ }) { totalCount } }" },
    "GRAPHQL_VALIDATION_FAILED",
  ),
  ...["__proto__", "constructor", "toString"].map((period) =>
    refused(
      `the period ${period} through a variable`,
      { query: "query ($p: FeedPeriod!) { feed(period: $p) { key } }", variables: { p: period } },
      BAD,
      { argument: "$p" },
    ),
  ),
  fails("minUpvotes below 0", { query: "{ papers(filter: { minUpvotes: -1 }) { totalCount } }" }, "filter.minUpvotes"),
];

export const valueAttacks: Attack[] = [...ids, ...searches, ...upserts];
