import { getIntrospectionQuery } from "graphql";
import { encodeNodeId, type NodeType } from "../../src/nodes/node-id";

/** An operation whose price is compared with the time that it takes. */
export interface PricedOperation {
  name: string;
  /** Of the n-th request; a document that differs each time has to be parsed and checked each time. */
  query: (n: number) => string;
  variables: (n: number) => Record<string, unknown>;
  /** One of those that take longest: what others have to be protected from. */
  isDear: boolean;
  /** Answered with errors only. */
  isRefused: boolean;
  /** Needs a token of a user who may vote. */
  needsToken: boolean;
}

/** What a database holds that operations can ask for, by global ids; the same in every run. */
export interface Stock {
  days: string[];
  papers: string[];
  arxivIds: string[];
  authors: string[];
  names: string[];
  /** Stems of texts, the commonest first. */
  common: string[];
  /** Words of titles with a letter left out, which no paper has. */
  misspelt: string[];
}

type Run = (text: string) => Promise<{ value: string }[]>;

export async function readStock(run: Run): Promise<Stock> {
  const column = async (text: string) => (await run(text)).map((row) => row.value);
  const ids = async (type: NodeType, text: string) =>
    (await column(text)).map((key) => encodeNodeId(type, Number(key)));
  return {
    days: await column("select day::text as value from feed_days order by md5(day::text) limit 40"),
    papers: await ids("Paper", "select id as value from papers order by md5(id::text) limit 200"),
    arxivIds: await column(
      "select arxiv_id as value from papers where arxiv_id is not null order by md5(arxiv_id) limit 100",
    ),
    authors: await ids("Author", "select id as value from authors order by md5(id::text) limit 200"),
    names: await column("select name as value from authors order by md5(name) limit 40"),
    common: await column(`
      select word as value from ts_stat('select search from papers order by id limit 2000')
      where word ~ '^[a-z]{4,}$' and websearch_to_tsquery('paper_text', word)::text = quote_literal(word)
      order by ndoc desc, word limit 60`),
    misspelt: await column(`
      select overlay(word placing '' from 4 for 1) as value
      from (select distinct lower(w) as word from papers, unnest(string_to_array(title, ' ')) w where w ~ '^[a-zA-Z]{10,}$') w
      where not exists (
        select from papers where search @@ websearch_to_tsquery('paper_text', overlay(word placing '' from 4 for 1))
      )
      order by md5(word) limit 20`),
  };
}

/** Votes of today for many papers, since those of the past have faded. To be run before operations ask what trends. */
export const LET_PAPERS_TREND = `
  insert into trending_scores (paper_id, votes, day_score, week_score, month_score, quarter_score)
  select id, 4, trending_age(now(), '12 hours') + 2, trending_age(now(), '48 hours') + 2, trending_age(now(), '7 days') + 2,
    trending_age(now(), '21 days') + 2
  from papers order by id limit 5000
  on conflict (paper_id) do update set votes = 4, day_score = excluded.day_score, week_score = excluded.week_score,
    month_score = excluded.month_score, quarter_score = excluded.quarter_score`;

/** The commonest page of a front end, to which all prices are compared. */
const FEED_PAGE = `query Feed($on: Date) { feed(on: $on) { papers(first: 50) { edges { rank upvotesInPeriod node {
  id title abstract publishedOn upvoteCount authorCount authors(first: 10) { nodes { id name } } } } } } }`;

const CARD = "id title abstract publishedOn featuredOn upvoteCount commentCount authorCount keywords url pdfUrl";

/** Under so many aliases. */
function aliased(count: number, selection: string): string {
  return times(count, (i) => `a${i}: ${selection}`);
}

function times(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join(" ");
}

type Given = Partial<Omit<PricedOperation, "query">> & { query: PricedOperation["query"] | string };

function operation(name: string, { query, ...given }: Given): PricedOperation {
  return {
    name,
    query: typeof query === "string" ? () => query : query,
    variables: () => ({}),
    isDear: false,
    isRefused: false,
    needsToken: false,
    ...given,
  };
}

const dear = (name: string, given: Given) => operation(name, { isDear: true, ...given });
const refused = (name: string, given: Given) => operation(name, { isRefused: true, ...given });
/** A comment that no document had before. */
const anew = (n: number) => `#${n} ${process.hrtime.bigint()}\n`;

/** Every kind of operation, of which none is cheaper by its points than by its time. The first one is the measure. */
export function pricedOperations(stock: Stock): PricedOperation[] {
  return [
    operation("feed page of 50 with authors", { query: FEED_PAGE, variables: (n) => ({ on: of(stock.days, n) }) }),
    ...small(stock),
    ...pages(stock),
    ...filters(stock),
    ...counts(stock),
    ...searches(stock),
    ...neighbours(stock),
    ...introspection(),
    ...newDocuments(),
    ...refusals(stock),
    ...mutations(stock),
  ];
}

function of<T>(list: readonly T[], n: number): T {
  return list[n % list.length]!;
}

/** So many of a list from the n-th on. */
function some<T>(list: readonly T[], count: number, n: number): T[] {
  return Array.from({ length: Math.min(count, list.length) }, (_, i) => of(list, n + i));
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
    operation("standings of 50 papers and what is known of their feeds", {
      query:
        "{ papers(first: 50, orderBy: { field: FEATURED_ON }) { nodes { standings { rank feed { isFinal previous { key } } } } } }",
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
    operation("the archive, 100 days with a paper each", {
      query: "{ feeds(first: 100) { nodes { key papers(first: 1) { nodes { title } } } } }",
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

function counts({ authors, papers, common, misspelt, names }: Stock): PricedOperation[] {
  const count = (fields: string, args = "filter: $filter") =>
    `query ($filter: PaperFilter) { ${aliased(5, `papers(first: 1, ${args}) { ${fields} }`)} }`;
  return [
    dear("totalCount of all papers x 5", { query: `{ ${aliased(5, "papers(first: 1) { totalCount }")} }` }),
    dear("totalCount, one keyword x 5", {
      query: count("totalCount"),
      variables: (n) => ({ filter: { keywords: [of(common, n)] } }),
    }),
    dear("totalCount, 20 + 20 keywords", {
      query: "query ($filter: PaperFilter) { papers(first: 1, filter: $filter) { totalCount } }",
      variables: (n) => ({ filter: { keywords: some(common, 20, n), excludeKeywords: some(misspelt, 20, n) } }),
    }),
    dear("totalCount, all that is no word x 5", {
      query: count("totalCount"),
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

function neighbours({ papers, days }: Stock): PricedOperation[] {
  return [
    dear("relatedPapers of a paper", {
      query: "query ($id: ID) { paper(id: $id) { relatedPapers { title } } }",
      variables: (n) => ({ id: of(papers, n) }),
    }),
    dear("relatedPapers of 10 papers", {
      query:
        "query ($on: Date) { feed(on: $on) { papers(first: 10) { nodes { relatedPapers(first: 20) { title } } } } }",
      variables: (n) => ({ on: of(days, n) }),
    }),
    dear("relatedPapers of relatedPapers", {
      query: "query ($id: ID) { paper(id: $id) { relatedPapers(first: 3) { relatedPapers(first: 3) { title } } } }",
      variables: (n) => ({ id: of(papers, n) }),
    }),
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
      query: (n) => `${anew(n)}{ feed { ${"previous { key } ".repeat(170)} } }`,
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
