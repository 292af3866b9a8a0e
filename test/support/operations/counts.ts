import { aliased, dear, of, operation, type PricedOperation, some } from "./operation";
import type { Stock } from "./stock";

/** What counts all that matches. */
export function counts({ authors, papers, common, misspelt, names }: Stock): PricedOperation[] {
  const count = (fields: string, times = 5) =>
    `query ($filter: PaperFilter) { ${aliased(times, `papers(first: 1, filter: $filter) { ${fields} }`)} }`;
  return [
    dear("totalCount of all papers x 5", { query: `{ ${aliased(5, "papers(first: 1) { totalCount }")} }` }),
    dear("totalCount, one keyword x 5", {
      query: count("totalCount"),
      variables: (n) => ({ filter: { keywords: [of(common, n)] } }),
    }),
    dear("totalCount, categories x 3", {
      query: count("totalCount", 3),
      variables: () => ({ filter: { categories: ["cs", "stat"], excludeCategories: ["cs.CV"] } }),
    }),
    dear("totalCount, near 20 papers", {
      query: count("totalCount nodes { title }", 1),
      variables: (n) => ({ filter: { near: some(papers, 20, n) } }),
    }),
    dear("totalCount, 20 + 20 keywords", {
      query: "query ($filter: PaperFilter) { papers(first: 1, filter: $filter) { totalCount } }",
      variables: (n) => ({ filter: { keywords: some(common, 20, n), excludeKeywords: some(misspelt, 20, n) } }),
    }),
    dear("totalCount, all that is no word x 3", {
      query: count("totalCount", 3),
      variables: (n) => ({
        filter: { authorIds: some(authors, 100, n), featuredFrom: "2020-01-01", minUpvotes: 0, hasCode: false },
      }),
    }),
    dear("totalCount of changes x 5", { query: `{ ${aliased(5, "paperChanges(first: 1) { totalCount }")} }` }),
    dear("totalCount of what trends x 5", {
      query: `{ ${aliased(5, "trendingPapers(window: QUARTER, first: 1) { totalCount }")} }`,
    }),
    operation("totalCount of the archive x 5", {
      query: `{ ${aliased(5, "feeds(period: MONTH, first: 1) { totalCount }")} }`,
    }),
    dear("totalCount of 100 feeds with a keyword", {
      query:
        "query ($filter: PaperFilter) { feeds(first: 100) { nodes { papers(first: 1, filter: $filter) { totalCount } } } }",
      variables: (n) => ({ filter: { keywords: [of(common, n)] } }),
    }),
    operation("totalCount of 100 authors' papers", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Author { papers(first: 1) { totalCount } } } }",
      variables: (n) => ({ ids: some(authors, 100, n) }),
    }),
    operation("totalCount of 100 papers' voters and authors", {
      query:
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Paper { upvoters(first: 1) { totalCount } authors(first: 1) { totalCount } } } }",
      variables: (n) => ({ ids: some(papers, 100, n) }),
    }),
    dear("totalCount of authors by name x 5", {
      query: `query ($name: String!) { ${aliased(5, "authors(name: $name, first: 1) { totalCount }")} }`,
      variables: (n) => ({ name: of(names, n) }),
    }),
    dear("authors by name, 100", {
      query: "query ($name: String!) { authors(name: $name, first: 100) { nodes { name } } }",
      variables: (n) => ({ name: of(names, n) }),
    }),
    dear("authors by a name of 30 words", {
      query: "query ($name: String!) { authors(name: $name) { nodes { name } } }",
      variables: (n) => ({ name: some(misspelt, 30, n).join(" ").slice(0, 200) }),
    }),
  ];
}
