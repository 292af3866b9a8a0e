import { getIntrospectionQuery } from "graphql";
import { aliased, anew, FEED_PAGE, of, operation, type PricedOperation, refused, times } from "./operation";
import { reads } from "./reads";
import type { Stock } from "./stock";
import { webFeeds } from "./web-feeds";

/** Every kind of operation, of which none is cheaper by its points than by its time. The first one is the measure. */
export function pricedOperations(stock: Stock): PricedOperation[] {
  return [
    operation("feed page of 50 with authors", { query: FEED_PAGE, variables: (n) => ({ on: of(stock.days, n) }) }),
    ...reads(stock),
    ...webFeeds(stock),
    ...introspection(),
    ...newDocuments(),
    ...refusals(stock),
    ...mutations(stock),
  ];
}

function introspection(): PricedOperation[] {
  return [
    operation("introspection", { query: getIntrospectionQuery({ inputValueDeprecation: true, descriptions: true }) }),
    operation("introspection, types of types", {
      query: "{ __schema { types { name fields { name type { name fields { name } } } } } }",
    }),
  ];
}

/** Of about a thousand tokens, which is as long as a document may be. */
function newDocuments(): PricedOperation[] {
  const fields = ["id", "key", "period", "startDate", "endDate"];
  return [
    operation("a new document", { query: (n) => `${anew(n)}${FEED_PAGE}` }),
    operation("a new document of 1,000 tokens", {
      query: (n) => `${anew(n)}{ feed { ${times(900, (i) => of(fields, i))} } }`,
    }),
    operation("a new document of one field again and again", {
      query: (n) => `${anew(n)}{ feed { ${"key ".repeat(90)} } }`,
    }),
    operation("a new document of one list again and again", {
      query: (n) => `${anew(n)}{ feed { ${"previous { key } ".repeat(120)} } }`,
    }),
    operation("a new document of fragments in fragments", {
      query: (n) =>
        `${anew(n)}{ feed { ...F0 } } ${times(18, (i) => `fragment F${i} on Feed { ${i < 17 ? `...F${i + 1}` : ""} ${"key isFinal ".repeat(20)} }`)}`,
    }),
  ];
}

function refusals({ papers }: Stock): PricedOperation[] {
  return [
    refused("refused: one token", { query: (n) => `${anew(n)}{` }),
    refused("refused: parse error at the end of 1,000 tokens", {
      query: (n) => `${anew(n)}{ feed { ${"key ".repeat(990)}`,
    }),
    refused("refused: too many tokens", { query: (n) => `${anew(n)}{ feed { ${"key ".repeat(20_000)} } }` }),
    refused("refused: 150 feeds and an unknown field", {
      query: (n) => `${anew(n)}{ ${"feed { key } ".repeat(150)} nope }`,
    }),
    refused("refused: 1,000 unknown fields", {
      query: (n) => `${anew(n)}{ ${times(990, (i) => `feedd${i}`)} }`,
    }),
    refused("refused: an unknown field among a thousand equal ones", {
      query: (n) => `${anew(n)}{ feed { nope ${"key ".repeat(980)} } }`,
    }),
    refused("refused: too many aliases", {
      query: (n) => `${anew(n)}{ feed { ${aliased(240, "key")} } }`,
    }),
    refused("refused: too complex", {
      query: (n) =>
        `${anew(n)}{ papers(first: 100) { nodes { authors(first: 100) { nodes { papers(first: 100) { nodes { title } } } } } } }`,
    }),
    refused("refused: thousands of ids", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
      variables: (n) => ({ ids: Array.from({ length: 4000 }, (_, i) => of(papers, n + i)) }),
    }),
    refused("refused: thousands of bad values", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
      variables: () => ({ ids: Array.from({ length: 8000 }, () => ({})) }),
    }),
    refused("refused: variables of 36 kB that nothing names", {
      query: "query ($id: ID!) { node(id: $id) { id } }",
      variables: () => ({ other: Array.from({ length: 12_000 }, () => ({})) }),
    }),
  ];
}

function mutations({ papers }: Stock): PricedOperation[] {
  const voting = (name: string, query: string) =>
    operation(name, { query, variables: (n) => ({ id: of(papers, n >> 1) }), needsToken: true });
  return [
    voting(
      "upvotePaper",
      "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { upvoteCount } } }",
    ),
    voting(
      "upvotePaper and removePaperUpvote",
      `mutation ($id: ID!) { a: upvotePaper(input: { paperId: $id }) { changed } b: removePaperUpvote(input: { paperId: $id }) { changed } }`,
    ),
    operation("createAccessToken", {
      query:
        'mutation { createAccessToken(input: { name: "measured", scopes: [] }) { secret userErrors { message } } }',
      needsToken: true,
    }),
    operation("unsubscribeFromDigest with an unknown token", {
      query: "mutation ($token: String!) { unsubscribeFromDigest(input: { token: $token }) { unsubscribed } }",
      variables: (n) => ({ token: `unknown${n}` }),
    }),
  ];
}
