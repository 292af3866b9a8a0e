import { aliased, dear, of, operation, type PricedOperation, some } from "./operation";
import type { Stock } from "./stock";

const EACH = "[TOPIC, ORGANIZATION, CATEGORY, AUTHOR, FEATURED_MONTH]";
const VALUES = "facet isExact values { value label count }";

/** What tells by what papers can be filtered. */
export function facets({ authors, papers, common, misspelt, days }: Stock): PricedOperation[] {
  const counted = `query ($filter: PaperFilter) { paperFacets(filter: $filter, by: ${EACH}) { ${VALUES} } }`;
  return [
    operation("organizations, 100, counted x 5", {
      query: `{ ${aliased(5, "organizations(first: 100) { totalCount nodes { name paperCount } }")} }`,
    }),
    operation("organizations by name x 5", {
      query: `query ($name: String!) { ${aliased(5, "organizations(name: $name) { totalCount nodes { name } }")} }`,
      variables: (n) => ({ name: of(misspelt, n) }),
    }),
    operation("topics, 100, counted x 5", {
      query: `{ ${aliased(5, "topics(first: 100) { totalCount nodes { label paperCount } }")} }`,
    }),
    dear("topics by name x 3", {
      query: `query ($name: String!) { ${aliased(3, "topics(name: $name) { totalCount nodes { label } }")} }`,
      variables: (n) => ({ name: of(common, n) }),
    }),
    dear("topics by 8 misspelt words", {
      query: "query ($name: String!) { topics(name: $name) { nodes { label } } }",
      variables: (n) => ({ name: some(misspelt, 8, n).join(" ").slice(0, 200) }),
    }),
    operation("papers of 50 topics", {
      query: "{ topics(first: 50) { nodes { papers(first: 5) { totalCount nodes { title } } } } }",
    }),
    operation("categories x 5", { query: `{ ${aliased(5, "categories { category paperCount }")} }` }),
    operation("a user by name x 5", { query: `{ ${aliased(5, 'user(username: "measured") { id }')} }` }),
    operation("numbers of papers of 100 authors", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Author { paperCount } } }",
      variables: (n) => ({ ids: some(authors, 100, n) }),
    }),
    operation("facets of all papers", { query: `{ paperFacets(by: ${EACH}, first: 100) { ${VALUES} } }` }),
    operation("facets of all papers, with nodes", {
      query: `{ paperFacets(by: ${EACH}, first: 100) { facet values { count node { id } } } }`,
    }),
    dear("facets of papers by all that is no word", {
      query: counted,
      variables: () => ({ filter: { minUpvotes: 0, publishedFrom: "2000-01-01" } }),
    }),
    dear("facets of papers with a keyword", {
      query: counted,
      variables: (n) => ({ filter: { keywords: [of(common, n)] } }),
    }),
    dear("one facet of papers without 20 keywords", {
      query: `query ($filter: PaperFilter) { paperFacets(filter: $filter, by: [CATEGORY]) { ${VALUES} } }`,
      variables: (n) => ({ filter: { excludeKeywords: some(common, 20, n) } }),
    }),
    dear("facets of papers near 20", {
      query: counted,
      variables: (n) => ({ filter: { near: some(papers, 20, n) } }),
    }),
    operation("facets of a month", {
      query: `query ($on: Date) { feed(period: MONTH, on: $on) { facets(by: ${EACH}, first: 100) { ${VALUES} } } }`,
      variables: (n) => ({ on: of(days, n) }),
    }),
    operation("facets of 20 days", {
      query: `{ feeds(first: 20) { nodes { facets(by: [TOPIC, AUTHOR]) { ${VALUES} } } } }`,
    }),
  ];
}
