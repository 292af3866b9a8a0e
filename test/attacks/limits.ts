import { type Attack, passes, refused, times } from "./attack";

/** So many that a document of them is compared with itself in no time. */
const FIELDS = ["id", "key", "period", "startDate", "endDate", "isFinal", "updatedAt"];
const INVALID = "GRAPHQL_VALIDATION_FAILED";

/** `a { a { a } }` so deep, over fields that lead to their own type again. */
function nested(depth: number): string {
  return depth === 1 ? "key" : `previous { ${nested(depth - 1)} }`;
}

function inlined(depth: number): string {
  return depth === 1 ? "key" : `... { previous { ... on Feed { ${inlined(depth - 1)} } } }`;
}

function introspected(depth: number): string {
  return depth === 1 ? "name" : `ofType { ${introspected(depth - 1)} }`;
}

/** Limits at which the document is still taken, and the first step beyond, which is refused. */
const boundaries: Attack[] = (
  [
    [
      "1000 tokens",
      995,
      (n) => `{ feed { ${times(n, (i) => FIELDS[i % FIELDS.length]!)} } }`,
      "GRAPHQL_PARSE_FAILED",
      "1000 tokens",
    ],
    ["12 levels", 11, (n) => `{ feed { ${nested(n)} } }`, INVALID, "12 levels of fields"],
    [
      "12 levels through fragments",
      6,
      (n) =>
        `{ feed { ...A } } fragment A on Feed { ${nested(6).replace("key", "...B")} } fragment B on Feed { ${nested(n)} }`,
      INVALID,
      "12 levels of fields",
    ],
    ["12 levels through inline fragments", 11, (n) => `{ feed { ${inlined(n)} } }`, INVALID, "12 levels of fields"],
    [
      "15 levels of introspection",
      12,
      (n) => `{ __schema { types { ${introspected(n + 1)} } } }`,
      INVALID,
      "15 levels of introspection",
    ],
    ["30 aliases", 30, (n) => `{ feed { ${times(n, (i) => `a${i}: key`)} } }`, INVALID, "30 aliases"],
    ["30 directives", 30, (n) => `{ feed { ${times(n, () => "key @include(if: true)")} } }`, INVALID, "30 directives"],
    ["20 root fields", 20, (n) => `{ ${times(n, () => "__typename")} }`, INVALID, "20 root fields in a query"],
    [
      "20 root fields through fragments",
      10,
      (n) =>
        `{ ...A ...A ...B } fragment A on Query { ${times(5, () => "__typename")} } fragment B on Query { ${times(n, () => "__typename")} }`,
      INVALID,
      "20 root fields in a query",
    ],
    [
      "5 root fields of a mutation",
      5,
      (n) => `mutation { ${times(n, () => "__typename")} }`,
      INVALID,
      "5 root fields in a mutation",
    ],
    [
      "5 root fields of a mutation through fragments",
      4,
      (n) => `mutation { __typename ...A } fragment A on Mutation { ${times(n, () => "__typename")} }`,
      INVALID,
      "5 root fields in a mutation",
    ],
    [
      "20 definitions",
      19,
      (n) => `{ feed { ${times(n, (i) => `...F${i}`)} } } ${times(n, (i) => `fragment F${i} on Feed { key }`)}`,
      INVALID,
      "20 definitions",
    ],
  ] as [string, number, (n: number) => string, string, string][]
).flatMap(([limit, most, document, code, says]) => [
  passes(`${limit} are taken`, { query: document(most) }),
  refused(`more than ${limit} are refused`, { query: document(most + 1) }, code, { says }),
]);

const ids = (count: number) => Array.from({ length: count }, (_, i) => `id${i}`);

/** 20 as every operation, 3 for each of 541 tokens, and the rest for what is read. */
const worth10000 = `rateLimit { cost } papers(first: 97) { nodes { authors(first: 92) { nodes { id } } } }
  feed { ${times(229, () => "key")} } feed { key } feed { key }`;
const costs: Attack[] = [
  passes("a cost of 10,000 is taken", { query: `{ ${worth10000} }` }, { data: { rateLimit: { cost: 10_000 } } }),
  refused("a cost beyond 10,000 is refused", { query: `{ ${worth10000} __typename }` }, "QUERY_TOO_COMPLEX", {
    says: "costs 10003 points; at most 10000",
  }),
];

const expensive = "nodes { authors(first: $n) { nodes { papers(first: $n) { totalCount } } } }";

const dear: Attack[] = [
  refused(
    "pages in pages are weighed",
    { query: `{ papers(first: 100) { ${expensive.replaceAll("$n", "100")} } }` },
    "QUERY_TOO_COMPLEX",
    {
      says: "at most 10000",
    },
  ),
  refused(
    "first through variables is weighed",
    { query: `query ($n: Int) { papers(first: $n) { ${expensive} } }`, variables: { n: 100 } },
    "QUERY_TOO_COMPLEX",
    { says: "at most 10000" },
  ),
  refused(
    "first by a variable's default is weighed",
    { query: `query ($n: Int = 100) { papers(first: $n) { ${expensive} } }` },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "first below 0 makes nothing cheaper",
    {
      query: `{ a: papers(first: -1000) { ${expensive.replaceAll("$n", "-5")} } papers(first: 100) { ${expensive.replaceAll("$n", "100")} } }`,
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "the ids of nodes are weighed",
    {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Author { papers(first: 100) { totalCount } } } }",
      variables: { ids: ids(100) },
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "the ids of papersByArxivId are weighed",
    {
      query: "query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) { authors(first: 100) { nodes { name } } } }",
      variables: { ids: ids(100) },
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "30 feeds of 100 under aliases are more than one may have",
    { query: `{ ${times(30, (i) => `f${i}: feed { papers(first: 100) { nodes { id } } }`)} }` },
    INVALID,
    {
      says: "20 root fields",
    },
  ),
  refused(
    "20 feeds of 100 under aliases, with authors, cost too much",
    {
      query: `{ ${times(20, (i) => `f${i}: feed { papers(first: 100) { nodes { authors(first: 5) { nodes { id } } } } }`)} }`,
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "an argument that is not good makes the others no cheaper",
    {
      query: `query ($x: ID = "x") { node(id: $x) { id } papers(first: 100) { ${expensive.replaceAll("$n", "100")} } }`,
      variables: { x: null },
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "a directive whose argument is not good lets nothing through",
    {
      query: `query ($x: Boolean = true) { feed { key @include(if: $x) } papers(first: 100) { ${expensive.replaceAll("$n", "100")} } }`,
      variables: { x: null },
    },
    "BAD_USER_INPUT",
    { argument: "if" },
  ),
  refused(
    "related papers without a number are weighed as five",
    {
      query: `{ papers(first: 20) { nodes { relatedPapers(first: null) { authors(first: 100) { nodes { id } } } } } }`,
    },
    "QUERY_TOO_COMPLEX",
  ),
  refused(
    "what is expensive in a fragment is weighed wherever it is spread",
    {
      query: `{ a: feed { ...F } b: feed { ...F } c: feed { ...F } } fragment F on Feed { papers(first: 100) { nodes { authors(first: 40) { nodes { id } } } } }`,
    },
    "QUERY_TOO_COMPLEX",
  ),
];

export const limitAttacks: Attack[] = [...boundaries, ...costs, ...dear];
