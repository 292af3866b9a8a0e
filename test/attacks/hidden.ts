import { type Attack, refused } from "./attack";

const INVALID = "GRAPHQL_VALIDATION_FAILED";

/** Near misses, for which graphql-js would tell the names that exist. With introspection off nothing may. */
export const hiddenAttacks: Attack[] = [
  refused("the schema", { query: "{ __schema { types { name } } }" }, INVALID),
  refused("a type", { query: '{ __type(name: "Paper") { name } }' }, INVALID),
  refused(
    "the schema in a fragment",
    { query: "{ ...F } fragment F on Query { __schema { types { name } } }" },
    INVALID,
  ),
  refused("a field", { query: "{ feedd { key } }" }, INVALID),
  refused("a field without its selection", { query: "{ feed }" }, INVALID),
  refused("an argument", { query: "{ feed(onn: 1) { key } }" }, INVALID),
  refused("a type in a fragment", { query: "{ feed { ... on Fed { key } } }" }, INVALID),
  refused("a type of a variable", { query: "query ($a: Dat) { __typename }" }, INVALID),
  refused("a directive", { query: "{ feed @includ(if: true) { key } }" }, INVALID),
  refused("a field of an input", { query: "{ papers(filter: { hasCod: true }) { totalCount } }" }, INVALID),
  refused("an enum's value", { query: "{ feed(period: DAYY) { key } }" }, INVALID),
  refused("an enum's value as text", { query: '{ feed(period: "DAY") { key } }' }, INVALID),
  refused(
    "an enum's value through a variable",
    { query: "query ($p: FeedPeriod!) { feed(period: $p) { key } }", variables: { p: "DAYY" } },
    "BAD_USER_INPUT",
  ),
  refused(
    "a field of an input through a variable",
    { query: "query ($f: PaperFilter) { papers(filter: $f) { totalCount } }", variables: { f: { hasCod: true } } },
    "BAD_USER_INPUT",
  ),
  refused(
    "a field of an input through a variable, behind a question",
    {
      query: "query ($f: PaperFilter) { papers(filter: $f) { totalCount } }",
      variables: { f: { hasCod: "Who? Me?" } },
    },
    "BAD_USER_INPUT",
  ),
];
