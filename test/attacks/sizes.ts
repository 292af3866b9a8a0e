import { type Attack, fails, passes, refused, times } from "./attack";

const BAD = "BAD_USER_INPUT";
const COUNT = "{ totalCount }";

/** Sizes of pages, in a literal and through a variable. */
const sizes: Attack[] = ["first", "last"].flatMap((name) => [
  ...[1, 100].map((size) =>
    passes(`${name}: ${size} is taken`, { query: `{ papers(${name}: ${size}) { nodes { id } } }` }),
  ),
  ...[0, -1, 101, 2_147_483_647, -2_147_483_648].flatMap((size) => [
    fails(`${name}: ${size}`, { query: `{ papers(${name}: ${size}) { nodes { id } } }` }, name, {
      says: /between 1 and 100/,
    }),
    fails(
      `${name}: ${size} through a variable`,
      { query: `query ($n: Int) { papers(${name}: $n) ${COUNT} }`, variables: { n: size } },
      name,
    ),
  ]),
  ...["2147483648", "1e3", "1.5", '"10"', "true", "[10]", "ALL", "{ n: 1 }"].map((size) =>
    refused(`${name}: ${size}`, { query: `{ papers(${name}: ${size}) ${COUNT} }` }, "GRAPHQL_VALIDATION_FAILED"),
  ),
  ...[2_147_483_648, 1.5, 1e300, "10", true, [10], {}].map((size) =>
    refused(
      `${name}: ${JSON.stringify(size)} through a variable`,
      { query: `query ($n: Int) { papers(${name}: $n) ${COUNT} }`, variables: { n: size } },
      BAD,
      { argument: "$n" },
    ),
  ),
]);

const moreSizes: Attack[] = [
  fails("first together with last", { query: `{ papers(first: 1, last: 1) ${COUNT} }` }, "last"),
  fails("after together with before", { query: `{ papers(after: "a", before: "a") ${COUNT} }` }, "before"),
  ...[0, -1, 21, 2_147_483_647].map((first) =>
    fails(
      `first: ${first} of related papers`,
      { query: `{ papers { nodes { relatedPapers(first: ${first}) { id } } } }` },
      "first",
      { says: /between 1 and 20/ },
    ),
  ),
  fails("101 ids", { query: `{ nodes(ids: [${times(101, () => '"x"')}]) { id } }` }, "ids", { says: "at most 100" }),
  passes("100 ids are taken", { query: `{ nodes(ids: [${times(100, () => '"x"')}]) { id } }` }),
  fails("101 arXiv ids", { query: `{ papersByArxivId(arxivIds: [${times(101, () => '"x"')}]) { id } }` }, "arxivIds", {
    says: "at most 100",
  }),
  passes("100 arXiv ids are taken", {
    query: `{ papersByArxivId(arxivIds: [${times(100, () => '"2601.00001"')}]) { id } }`,
  }),
  fails("a search of 301 characters", { query: `{ searchPapers(query: "${"a".repeat(301)}") ${COUNT} }` }, "query", {
    says: "at most 300",
  }),
  passes("a search of 300 characters is taken", { query: `{ searchPapers(query: "${"a".repeat(300)}") ${COUNT} }` }),
  fails("a name of 201 characters", { query: `{ authors(name: "${"a".repeat(201)}") ${COUNT} }` }, "name", {
    says: "200",
  }),
  passes("a name of 200 characters is taken", { query: `{ authors(name: "${"a".repeat(200)}") ${COUNT} }` }),
  fails(
    "21 keywords",
    { query: `{ papers(filter: { keywords: [${times(21, () => '"x"')}] }) ${COUNT} }` },
    "filter.keywords",
    { says: "at most 20" },
  ),
  passes("20 keywords are taken", { query: `{ papers(filter: { keywords: [${times(20, () => '"x"')}] }) ${COUNT} }` }),
  fails(
    "a keyword of 101 characters",
    { query: `{ papers(filter: { keywords: "${"a".repeat(101)}" }) ${COUNT} }` },
    "filter.keywords",
    { says: "100 characters" },
  ),
  fails(
    "101 papers at once",
    {
      query: "mutation ($p: [PaperUpsert!]!) { upsertPapers(input: { papers: $p }) { created } }",
      variables: { p: Array(101).fill({ title: "x" }) },
    },
    "input.papers",
    { says: "at most 100", signedIn: true },
  ),
  refused(
    "more errors in variables than 5",
    { query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, variables: { ids: Array(5000).fill({}) } },
    BAD,
    { argument: "$ids", errors: 5 },
  ),
];

export const sizeAttacks: Attack[] = [...sizes, ...moreSizes];
