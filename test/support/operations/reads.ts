import { counts } from "./counts";
import { facets } from "./facets";
import { CARD, dear, of, operation, type PricedOperation, some } from "./operation";
import type { Stock } from "./stock";

/** All that only read, and are answered. */
export function reads(stock: Stock): PricedOperation[] {
  return [
    ...small(stock),
    ...pages(stock),
    ...filters(stock),
    ...counts(stock),
    ...facets(stock),
    ...searches(stock),
    ...neighbours(stock),
  ];
}

function small({ days, papers, misspelt }: Stock): PricedOperation[] {
  return [
    operation("nothing", { query: "{ __typename }" }),
    operation("a feed's key", {
      query: "query ($on: Date) { feed(on: $on) { key } }",
      variables: (n) => ({ on: of(days, n) }),
    }),
    operation("feeds before feeds", {
      query: `{ feed { ${"previous { ".repeat(9)}key isFinal updatedAt${" }".repeat(9)} } }`,
    }),
    operation("a paper in detail", {
      query: `query ($id: ID) { paper(id: $id) { ${CARD} standings { rank feed { key } } submittedBy { username }
        authors(first: 20) { nodes { name } } upvoters(first: 20) { totalCount nodes { username } } } }`,
      variables: (n) => ({ id: of(papers, n) }),
    }),
    operation("how far sources have come", {
      query: "{ sources { kind lastSuccessAt nextAt isBehind gaps lastError } }",
    }),
    operation("a subscription by an unknown token", {
      query: "query ($token: String!) { digestSubscription(token: $token) { status preview(first: 1) { title } } }",
      variables: (n) => ({ token: `${of(misspelt, n)}${n}` }),
    }),
  ];
}

function pages({ days, papers, arxivIds, authors }: Stock): PricedOperation[] {
  return [
    operation("front page", {
      query: `query ($on: Date) { feed(on: $on) { key isFinal previous { key } next { key } papers(first: 50) { totalCount
        pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor rank node { ${CARD} organization { name }
        authors(first: 10) { totalCount edges { position node { id name } } } } } } } }`,
      variables: (n) => ({ on: of(days, n) }),
    }),
    operation("papers, 100 of each order", {
      query: "query ($by: PaperOrder) { papers(first: 100, orderBy: $by) { nodes { id title upvoteCount } } }",
      variables: (n) => ({
        by: { field: of(["PUBLISHED_ON", "FEATURED_ON", "UPVOTES", "COMMENTS", "UPDATED_AT"], n) },
      }),
    }),
    operation("papers by id, 100", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Paper { title } } }",
      variables: (n) => ({ ids: some(papers, 100, n) }),
    }),
    operation("papers by arXiv id, 100", {
      query: "query ($ids: [String!]!) { papersByArxivId(arxivIds: $ids) { title } }",
      variables: (n) => ({ ids: some(arxivIds, 100, n) }),
    }),
    operation("standings of 100 papers", {
      query: "{ papers(first: 100, orderBy: { field: FEATURED_ON }) { nodes { standings { rank feed { key } } } } }",
    }),
    operation("versions of 100 papers", {
      query: "{ papers(first: 100) { nodes { versions { number submittedAt } } } }",
    }),
    operation("citations of 100 papers", {
      query: "{ papers(first: 100) { nodes { citation(format: BIBTEX) } } }",
    }),
    operation("a citation in each format", {
      query: `query ($id: ID) { paper(id: $id) {
        bibtex: citation(format: BIBTEX) ris: citation(format: RIS) csl: citation(format: CSL_JSON) } }`,
      variables: (n) => ({ id: of(papers, n) }),
    }),
    operation("standings of 30 papers and what is known of their feeds", {
      query:
        "{ papers(first: 30, orderBy: { field: FEATURED_ON }) { nodes { standings { rank feed { isFinal previous { key } } } } } }",
    }),
    operation("papers of 50 authors", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Author { papers(first: 20) { nodes { title } } } } }",
      variables: (n) => ({ ids: some(authors, 50, n) }),
    }),
    operation("voters of 50 papers", {
      query:
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Paper { upvoters(first: 20) { nodes { username } } } } }",
      variables: (n) => ({ ids: some(papers, 50, n) }),
    }),
    operation("how votes for 50 papers grew on a day", {
      query:
        "query ($ids: [ID!]!, $on: Date) { nodes(ids: $ids) { ... on Paper { upvoteHistory(from: $on, to: $on) { upvoteCount } } } }",
      variables: (n) => ({ ids: some(papers, 50, n), on: of(days, n) }),
    }),
    operation("how votes for 20 papers grew", {
      query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Paper { upvoteHistory { date upvoteCount } } } }",
      variables: (n) => ({ ids: some(papers, 20, n) }),
    }),
    operation("the archive, 100 days with a paper each", {
      query: "{ feeds(first: 100) { nodes { key papers(first: 1) { nodes { title } } } } }",
    }),
    operation("what was read of 100 months", {
      query: "{ feeds(period: MONTH, first: 100) { nodes { sourceReadAt isComplete } } }",
    }),
    operation("trending, 100", {
      query: "{ trendingPapers(window: QUARTER, first: 100) { edges { rank score node { title } } } }",
      isDear: true,
    }),
    operation("changes, 100", { query: "{ paperChanges(first: 100) { nodes { id title upvoteCount updatedAt } } }" }),
  ];
}

function filters({ authors, common, misspelt, days }: Stock): PricedOperation[] {
  const words = (n: number) => ({ keywords: some(misspelt, 20, n), excludeKeywords: some(common, 20, n) });
  const page = "query ($filter: PaperFilter) { papers(filter: $filter, first: 20) { nodes { title } } }";
  return [
    operation("papers with a keyword", { query: page, variables: (n) => ({ filter: { keywords: [of(common, n)] } }) }),
    dear("papers with 20 keywords and without 20", { query: page, variables: (n) => ({ filter: words(n) }) }),
    dear("papers without 20 keywords", {
      query: page,
      variables: (n) => ({ filter: { excludeKeywords: some(common, 20, n) } }),
    }),
    operation("papers of 100 authors", {
      query: page,
      variables: (n) => ({ filter: { authorIds: some(authors, 100, n) } }),
    }),
    operation("papers of a category, and not of others", {
      query: page,
      variables: () => ({ filter: { categories: ["cs.CL", "stat"], excludeCategories: ["cs.AI"] } }),
    }),
    operation("a month's papers of a category, and not of others", {
      query:
        "query ($on: Date, $filter: PaperFilter) { feed(period: MONTH, on: $on) { papers(filter: $filter, first: 20) { nodes { title } } } }",
      variables: (n) => ({ on: of(days, n), filter: { categories: ["cs.CL", "stat"], excludeCategories: ["cs.AI"] } }),
    }),
    operation("papers by all that is no word", {
      query: page,
      variables: () => ({
        filter: {
          minUpvotes: 5,
          hasCode: false,
          featured: true,
          featuredFrom: "2020-01-01",
          publishedTo: "2030-01-01",
        },
      }),
    }),
    operation("a month's papers with 5 keywords", {
      query:
        "query ($on: Date, $filter: PaperFilter) { feed(period: MONTH, on: $on) { papers(filter: $filter, first: 20) { nodes { title } } } }",
      variables: (n) => ({ on: of(days, n), filter: { keywords: some(common, 5, n) } }),
    }),
    dear("trending with 20 keywords and without 20", {
      query:
        "query ($filter: PaperFilter) { trendingPapers(window: QUARTER, filter: $filter) { edges { rank node { title } } } }",
      variables: (n) => ({ filter: words(n) }),
    }),
    dear("changes with 20 keywords and without 20", {
      query: "query ($filter: PaperFilter) { paperChanges(filter: $filter) { nodes { title } } }",
      variables: (n) => ({ filter: words(n) }),
    }),
  ];
}

function searches({ common, misspelt }: Stock): PricedOperation[] {
  const search = (fields: string, first = 20) =>
    `query ($query: String!, $filter: PaperFilter) { searchPapers(query: $query, filter: $filter, first: ${first}) { ${fields} } }`;
  return [
    dear("search, a common word", {
      query: search("edges { score node { title } }"),
      variables: (n) => ({ query: of(common, n) }),
    }),
    dear("search with highlights of 100", {
      query: search("edges { highlights { field text ranges } node { title } }", 100),
      variables: (n) => ({ query: of(common, n) }),
    }),
    dear("search, 20 alternatives and 20 keywords, counted", {
      query: search("totalCount nodes { title }"),
      variables: (n) => ({ query: some(common, 20, n).join(" or "), filter: { keywords: some(common, 20, n) } }),
    }),
    ...["MEANING", "HYBRID"].map((mode) =>
      dear(`search by ${mode}, 100 with cursors`, {
        query: `query ($query: String!) { searchPapers(query: $query, mode: ${mode}, first: 100) { edges { cursor foundBy node { title } } } }`,
        variables: (n) => ({ query: some(common, 3, n).join(" ") }),
      }),
    ),
    dear("search by HYBRID within 20 keywords", {
      query:
        "query ($query: String!, $filter: PaperFilter) { searchPapers(query: $query, mode: HYBRID, filter: $filter) { totalCount nodes { title } } }",
      variables: (n) => ({ query: some(common, 3, n).join(" or "), filter: { keywords: some(common, 20, n) } }),
    }),
    dear("search, misspelt", {
      query: search("totalCount nodes { title }"),
      variables: (n) => ({ query: of(misspelt, n) }),
    }),
    dear("search, 8 misspelt words", {
      query: search("totalCount nodes { title }"),
      variables: (n) => ({ query: some(misspelt, 8, n).join(" ") }),
    }),
  ];
}

function neighbours({ papers, days, common }: Stock): PricedOperation[] {
  const similar = (fields: string) =>
    `query ($to: [ID!]!, $filter: PaperFilter) { similarPapers(to: $to, filter: $filter) { ${fields} } }`;
  return [
    dear("similarPapers of a paper", {
      query: similar("edges { likeness node { title } }"),
      variables: (n) => ({ to: [of(papers, n)] }),
    }),
    dear("similarPapers of 20 papers with 20 keywords, counted", {
      query: similar("totalCount nodes { title }"),
      variables: (n) => ({ to: some(papers, 20, n), filter: { keywords: some(common, 20, n) } }),
    }),
    operation("relatedPapers of a paper", {
      query: "query ($id: ID) { paper(id: $id) { relatedPapers { title } } }",
      variables: (n) => ({ id: of(papers, n) }),
    }),
    operation("relatedPapers of 10 papers", {
      query:
        "query ($on: Date) { feed(on: $on) { papers(first: 10) { nodes { relatedPapers(first: 20) { title } } } } }",
      variables: (n) => ({ on: of(days, n) }),
    }),
    operation("relatedPapers of 100 papers, one of each", {
      query: "{ papers(first: 100) { nodes { relatedPapers(first: 1) { title } } } }",
    }),
    operation("relatedPapers of relatedPapers", {
      query: "query ($id: ID) { paper(id: $id) { relatedPapers(first: 3) { relatedPapers(first: 3) { title } } } }",
      variables: (n) => ({ id: of(papers, n) }),
    }),
  ];
}
