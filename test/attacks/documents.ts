import { type Attack, passes, refused, times } from "./attack";

const INVALID = "GRAPHQL_VALIDATION_FAILED";

/** Each fragment spreads the next one twice, so that the last one is spread 2^count times. */
function bomb(count: number): string {
  return times(count, (i) => `fragment F${i} on Feed { ${i === count - 1 ? "key" : `...F${i + 1} ...F${i + 1}`} }`);
}

export const documentAttacks: Attack[] = [
  refused(
    "fragments that double at each step, 2^18 in all",
    { query: `{ feed { ...F0 } } ${bomb(19)}` },
    "QUERY_TOO_COMPLEX",
  ),
  refused("more fragments that double", { query: `{ feed { ...F0 } } ${bomb(30)}` }, INVALID, {
    says: "20 definitions",
  }),
  refused("a fragment that spreads itself", { query: "{ feed { ...F } } fragment F on Feed { key ...F }" }, INVALID),
  refused(
    "fragments that spread each other",
    { query: "{ feed { ...F } } fragment F on Feed { previous { ...G } } fragment G on Feed { next { ...F } }" },
    INVALID,
  ),
  refused("a fragment that is not there", { query: "{ feed { ...F } }" }, INVALID),
  refused("at most 5 validation errors are told", { query: `{ ${times(20, (i) => `nope${i}`)} }` }, INVALID, {
    errors: 5,
  }),
  refused(
    "names in conflict, by the hundred",
    { query: `{ ${times(100, (i) => `feed(on: "2026-01-0${i % 9}") { key }`)} }` },
    INVALID,
  ),
  refused("a subscription by POST", { query: "subscription { feedChanged { at } }" }, "BAD_USER_INPUT", {
    argument: "query",
  }),
  refused("no document", { query: "" }, "BAD_USER_INPUT"),
  refused("only a fragment", { query: "fragment F on Feed { key }" }, INVALID),
  refused("only a comment", { query: "# nothing" }, "GRAPHQL_PARSE_FAILED"),
  refused("a document that is no text", { query: { kind: "Document" } }, "BAD_USER_INPUT"),
  refused("braces that do not end", { query: "{".repeat(50_000) }, "GRAPHQL_PARSE_FAILED"),
  refused("brackets in a value that do not end", { query: `{ nodes(ids: ${"[".repeat(900)}` }, "GRAPHQL_PARSE_FAILED"),
  refused("lists in lists", { query: `{ nodes(ids: ${"[".repeat(400)}"x"${"]".repeat(400)}) { id } }` }, INVALID),
  refused("a name of 90,000 letters", { query: `{ ${"a".repeat(90_000)} }` }, INVALID),
  refused("NUL in the document", { query: "{ feed\u0000 { key } }" }, "GRAPHQL_PARSE_FAILED"),
  refused(
    "half of a surrogate pair in the document",
    { query: '{ searchPapers(query: "\ud800") { totalCount } }' },
    "GRAPHQL_PARSE_FAILED",
  ),
  refused(
    "half of a surrogate pair, escaped",
    { query: '{ searchPapers(query: "\\ud800") { totalCount } }' },
    "GRAPHQL_PARSE_FAILED",
  ),
  refused(
    "a code point beyond Unicode",
    { query: '{ searchPapers(query: "\\u{110000}") { totalCount } }' },
    "GRAPHQL_PARSE_FAILED",
  ),
  refused("a type's definition", { query: "type Query { a: Int }" }, INVALID),
  refused("an unknown directive", { query: "{ feed @defer { key } }" }, INVALID),
  passes("names that every JavaScript object has, as aliases", {
    query: "{ __proto__: __typename constructor: __typename toString: __typename hasOwnProperty: __typename }",
  }),
  passes("names that every JavaScript object has, elsewhere", {
    query:
      'query constructor ($__proto__: ID, $toString: Boolean = true) { node(id: "x") { ...__proto__ } author: __typename @include(if: $toString) p: paper(id: $__proto__, arxivId: "2601.00001") { id } } fragment __proto__ on Node { id }',
    operationName: "constructor",
  }),
  ...["__proto__", "constructor", "toString"].map((name) =>
    refused(`the field ${name}`, { query: `{ ${name} }` }, INVALID),
  ),
];
