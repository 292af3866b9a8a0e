import { FeedPeriod } from "../feeds/period";
import { OrderDirection, PaperOrderField } from "../papers/paper-order.input";
import type { FeedName, FeedRequest } from "./parameters";

/** Most authors of a paper that are named. */
const MAX_AUTHORS = 20;

/** What a query selects of a paper. Times are dates or, from graphql-js, texts. */
export interface QueriedPaper {
  id: string;
  title: string;
  abstract: string | null;
  summary: string | null;
  url: string | null;
  pdfUrl: string | null;
  codeUrl: string | null;
  publishedOn: string | null;
  featuredOn: string | null;
  createdAt: Date | string;
  updatedAt: Date | string;
  authorCount: number;
  categories: string[];
  keywords: string[];
  authors: { edges: { name: string }[] };
}

const paper = `fragment Entry on Paper {
  id title abstract summary url pdfUrl codeUrl publishedOn featuredOn createdAt updatedAt authorCount categories keywords
  authors(first: ${MAX_AUTHORS}) { edges { name } }
}`;

/** What a filter names, in the order of its ids; null where there is no such thing. */
export interface QueriedNames {
  authors: (object | null)[];
  organizations: (object | null)[];
}

/** A feed's papers, with the day on which each was featured in the period, if there is one; a paper may be an EncodedEntry. */
export interface QueriedFeed {
  papers: { paper: QueriedPaper; featuredOn: string | null }[];
  period: { id: string; key: string; startDate: string; endDate: string; isFinal: boolean } | null;
}

/** The query that a feed is written from. */
interface FeedQuery {
  query: string;
  /** The same with QueriedNames, for a filter with ids of authors or organizations. */
  queryWithNames: string;
  variables: (request: FeedRequest) => Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: the data has the shape of the query
  read: (data: any) => QueriedFeed;
}

interface Edge {
  featuredOn: string;
  node: QueriedPaper;
}

function queriesOf(name: string, parameters: string, selection: string): Pick<FeedQuery, "query" | "queryWithNames"> {
  return {
    query: `query ${name}(${parameters}) {
  ${selection}
}
${paper}`,
    queryWithNames: `query ${name}ByNames(${parameters}, $authorIds: [ID!]!, $organizationIds: [ID!]!) {
  ${selection}
  authors: nodes(ids: $authorIds) { id }
  organizations: nodes(ids: $organizationIds) { id }
}
${paper}`,
  };
}

const period: FeedQuery = {
  ...queriesOf(
    "WebFeedOfPeriod",
    "$period: FeedPeriod!, $on: Date, $final: Boolean!, $filter: PaperFilter, $top: Int!",
    `feed(period: $period, on: $on, final: $final) {
    id key startDate endDate isFinal
    papers(filter: $filter, first: $top) { edges { featuredOn node { ...Entry } } }
  }`,
  ),
  variables: ({ name, on, when, filter, top }) => ({
    period: FeedPeriod[name.toUpperCase() as FeedPeriod],
    on,
    final: when === "final" && on === null,
    filter,
    top,
  }),
  read: ({ feed: { papers, ...rest } }) => ({
    period: rest,
    papers: papers.edges.map(({ featuredOn, node }: Edge) => ({ featuredOn, paper: node })),
  }),
};

const listed = (nodes: QueriedPaper[]): QueriedFeed => ({
  period: null,
  papers: nodes.map((paper) => ({ paper, featuredOn: null })),
});

const queries: Record<Exclude<FeedName, "day" | "week" | "month">, FeedQuery> = {
  trending: {
    ...queriesOf(
      "WebFeedOfTrending",
      "$window: TrendingWindow!, $filter: PaperFilter, $top: Int!",
      "trendingPapers(window: $window, filter: $filter, first: $top) { nodes { ...Entry } }",
    ),
    variables: ({ window, filter, top }) => ({ window, filter, top }),
    read: ({ trendingPapers }) => listed(trendingPapers.nodes),
  },
  new: {
    ...queriesOf(
      "WebFeedOfNew",
      "$filter: PaperFilter, $orderBy: PaperOrder, $top: Int!",
      "papers(filter: $filter, orderBy: $orderBy, first: $top) { nodes { ...Entry } }",
    ),
    variables: ({ filter, top }) => ({
      filter: { ...filter, featured: true },
      orderBy: { field: PaperOrderField.FEATURED_ON, direction: OrderDirection.DESC },
      top,
    }),
    read: ({ papers }) => listed(papers.nodes),
  },
  search: {
    ...queriesOf(
      "WebFeedOfSearch",
      "$q: String!, $filter: PaperFilter, $top: Int!",
      "searchPapers(query: $q, filter: $filter, first: $top) { nodes { ...Entry } }",
    ),
    variables: ({ q, filter, top }) => ({ q, filter, top }),
    read: ({ searchPapers }) => listed(searchPapers.nodes),
  },
};

export const feedQueries: Record<FeedName, FeedQuery> = { day: period, week: period, month: period, ...queries };
