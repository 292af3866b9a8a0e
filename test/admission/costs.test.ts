import { readFileSync } from "node:fs";
import path from "node:path";
import { getIntrospectionQuery, parse } from "graphql";
import { createAdmission, type OperationTurn } from "../../src/admission/admission";
import { documentCost, sizeCost, tokensIn, tokensOf } from "../../src/admission/document-cost";
import { eventCost, fieldsCost } from "../../src/admission/query-cost";
import { createRateLimiter } from "../../src/admission/rate-limiter";
import { defaultLimits } from "../../src/config/limits";
import { exampleQueries } from "../../src/graphql/example-queries";
import { root } from "../../src/root";
import { getSchema } from "../../src/schema";

const schema = getSchema();
const limit = defaultLimits.MAX_COST;

/** The points of the fields alone. */
function priceOf(query: string, variables: Record<string, unknown> = {}): number {
  return fieldsCost(schema, { document: parse(query), variables }, limit);
}

function wholeCostOf(query: string, variables: Record<string, unknown> = {}): number {
  return documentCost(tokensOf(parse(query)), variables) + priceOf(query, variables);
}

describe("the cost of an operation", () => {
  test("of a feed page of 50 papers with authors is about that of its rows", () => {
    const page = "{ feed { papers(first: 50) { nodes { title authors(first: 10) { nodes { name } } } } } }";
    const rows = 50 * (1 + 1 + 10);
    expect(priceOf(page)).toBeGreaterThan(rows);
    expect(wholeCostOf(page)).toBeLessThan(rows * 1.3);
  });

  test("multiplies what is below each row, however deep", () => {
    const list = (below: string) => `{ feed { papers(first: 10) { nodes { ${below} } } } }`;
    const one = priceOf("{ paper { relatedPapers(first: 3) { title } } }") - priceOf("{ paper { title } }");
    const none = priceOf(list("title"));
    expect(priceOf(list("relatedPapers(first: 3) { title }")) - none).toBe(10 * one);
    const deep = priceOf(list("relatedPapers(first: 3) { relatedPapers(first: 3) { title } }"));
    expect(deep - none).toBe(10 * (one + 3 * one));
  });

  test.each([
    ["keywords", 1],
    ["excludeKeywords", 1],
  ])("adds as much for each word of %s, and more where all papers are counted by it", (name) => {
    const page = "query ($filter: PaperFilter) { papers(first: 1, filter: $filter) { nodes { id } } }";
    const counted = page.replace("nodes", "totalCount nodes");
    const of = (query: string, words: number) => priceOf(query, { filter: { [name]: Array(words).fill("word") } });
    const each = of(page, 1) - of(page, 0);
    expect(each).toBeGreaterThan(0);
    expect(of(page, 20) - of(page, 0)).toBe(20 * each);
    expect(of(counted, 20) - of(counted, 0)).toBeGreaterThan(20 * each);
  });

  test("has a part for totalCount, once in a list and again below each row, through fragments and aliases, too", () => {
    const papers = (fields: string) => priceOf(`{ papers(first: 10) { ${fields} } }`);
    const count = papers("totalCount nodes { id }") - papers("nodes { id }");
    expect(count).toBeGreaterThan(0);
    expect(papers("...{ a: totalCount b: totalCount } nodes { id }") - papers("nodes { id }")).toBe(count);
    const below =
      papers("nodes { upvoters(first: 1) { totalCount } }") - papers("nodes { upvoters(first: 1) { __typename } }");
    expect(below).toBe(10 * 10);
  });

  test("has a part for a flag that looks behind where the page begins, and none for one that looks ahead", () => {
    const page = (args: string, fields: string) => priceOf(`{ papers(${args}) { pageInfo { ${fields} } } }`);
    const plain = page('first: 5, after: "x"', "endCursor");
    expect(page('first: 5, after: "x"', "hasNextPage")).toBe(plain);
    expect(page('first: 5, after: "x"', "hasPreviousPage")).toBeGreaterThan(plain);
    expect(page('last: 5, before: "x"', "hasNextPage")).toBeGreaterThan(plain);
    expect(page("first: 5", "hasPreviousPage")).toBe(plain);
  });

  test("is the dearest type's where a field may be of several, and nothing for what is left out", () => {
    const nodes = (fields: string) => priceOf(`{ nodes(ids: ["a"]) { ${fields} } }`);
    const papers = "... on Paper { authors(first: 10) { nodes { id } } }";
    expect(nodes(`${papers} ... on Author { papers(first: 1) { nodes { id } } }`)).toBe(nodes(papers));
    expect(nodes(`${papers} ... on Node @skip(if: true) { ... on Paper { relatedPapers { id } } }`)).toBe(
      nodes(papers),
    );
  });

  test("grows with the tokens of the document and the values of the variables, known or not", () => {
    expect(documentCost(tokensOf(parse("{ feed { key } } # and a comment")), {})).toBe(20 + 7 * 3);
    expect(documentCost(10, { ids: Array(300).fill("x"), more: { a: [[[1]]] } })).toBe(20 + 30 + Math.ceil(306 / 3));
    expect(tokensIn("{ feed { key } }", 1000)).toBe(6);
    expect(tokensIn("a ".repeat(2000), 1000)).toBe(1000);
    expect(tokensIn('{ feed "', 1000)).toBe(2);
    expect(tokensIn(`{ feed ${"#\n".repeat(30)} "`, 1000)).toBe(32);
  });

  test("is the same each time, while a document's tokens are counted once", async () => {
    const rateLimiter = createRateLimiter(defaultLimits, null);
    const admission = createAdmission({
      schema,
      limits: defaultLimits,
      rateLimiter,
    });
    const document = parse("{ feed { key } }");
    const { loc } = document;
    const readLoc = jest.fn(() => loc);
    Object.defineProperty(document, "loc", { get: readLoc });
    const admit = async () => {
      const turn: OperationTurn = { key: "a", until: Number.POSITIVE_INFINITY };
      const { cost } = await admission.admit({ document }, { caller: { address: "127.0.0.1" }, turn });
      turn.leave?.();
      return cost;
    };
    expect([await admit(), await admit()]).toEqual(Array(2).fill(wholeCostOf("{ feed { key } }")));
    expect(readLoc).toHaveBeenCalledTimes(1);
  });

  test("grows with the size of what was sent, whatever it says", () => {
    expect(sizeCost(8192)).toBe(0);
    expect(sizeCost(8193)).toBe(1);
    expect(sizeCost(102_400)).toBe(2356);
  });

  test("of an event is that of sending it and of what is selected of it, whatever the number of papers that are listened to", () => {
    const listen = (ids: number, below: string) => {
      const document = parse(`subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { ${below} } }`);
      return eventCost(schema, { document, variables: { ids: Array(ids).fill("x") } }, limit);
    };
    expect(listen(1, "upvoteCount")).toBe(10);
    expect(listen(100, "upvoteCount")).toBe(10);
    const related = priceOf("{ paper { relatedPapers(first: 3) { title } } }");
    expect(listen(100, "paper { relatedPapers(first: 3) { title } }")).toBe(10 + related);
  });
});

describe("with the limits that are default", () => {
  test.each(exampleQueries.map(({ query, variables }) => [query.split("\n")[0]!, query, variables]))(
    "the explorer's example is affordable: %s",
    (_, query, variables) => {
      expect(wholeCostOf(query, variables ? JSON.parse(variables) : {})).toBeLessThan(limit);
    },
  );

  test("every recipe of the README is", () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const recipes = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query]) => query!);
    expect(recipes.length).toBeGreaterThan(5);
    for (const query of recipes) expect({ query, cost: wholeCostOf(query) < limit }).toEqual({ query, cost: true });
  });

  test("the introspection of every tool is", () => {
    const all = { inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, oneOf: true };
    expect(wholeCostOf(getIntrospectionQuery(all))).toBeLessThan(limit);
  });
});
