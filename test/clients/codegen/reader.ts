import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import { type FragmentType, graphql, useFragment } from "./generated";
import type { PaperRowFragment } from "./generated/graphql";

/** A fragment with what every list shows of a paper. */
const PaperRow = graphql(`
  fragment PaperRow on Paper {
    id
    title
    publishedOn
    updatedAt
    url
    keywords
    upvoteCount
    viewerHasUpvoted
  }
`);

export const FeedPage = graphql(`
  query FeedPage($period: FeedPeriod! = DAY, $on: Date, $filter: PaperFilter, $first: Int, $after: String) {
    feed(period: $period, on: $on) {
      key
      isFinal
      papers(filter: $filter, first: $first, after: $after) {
        totalCount
        edges {
          rank
          featuredOn
          node {
            ...PaperRow
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const Search = graphql(`
  query Search($query: String!) {
    searchPapers(query: $query) {
      edges {
        score
        highlights {
          field
          text
          ranges
        }
        node {
          ...PaperRow
        }
      }
    }
  }
`);

export const OnePaper = graphql(`
  query OnePaper($by: PaperBy!) {
    paper(by: $by) {
      ...PaperRow
    }
  }
`);

export const AnyNode = graphql(`
  query AnyNode($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Feed {
        key
      }
      ... on Author {
        name
      }
    }
  }
`);

export const Upvote = graphql(`
  mutation Upvote($input: UpvotePaperInput!) {
    upvotePaper(input: $input) {
      changed
      paper {
        ...PaperRow
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

// Only $period has a default and the rest may be null: no variable is required.
export const nothing: VariablesOf<typeof FeedPage> = {};
export const filtered: VariablesOf<typeof FeedPage> = {
  period: "WEEK",
  on: "2026-05-13",
  filter: { keywords: ["agents"], hasCode: true, publishedFrom: "2026-01-01" },
};
export const byDoi: VariablesOf<typeof OnePaper> = { by: { doi: "10.1000/182" } };
// @ts-expect-error Exactly one reference is taken.
export const byTwo: VariablesOf<typeof OnePaper> = { by: { doi: "10.1000/182", arxivId: "2409.04828" } };
// @ts-expect-error A feed has no such period.
export const wrongPeriod: VariablesOf<typeof FeedPage> = { period: "YEAR" };
// @ts-expect-error The input of a mutation is required.
export const noInput: VariablesOf<typeof Upvote> = {};

export function describePaper(reference: FragmentType<typeof PaperRow>): string {
  const paper: PaperRowFragment = useFragment(PaperRow, reference);
  const title: string = paper.title;
  const count: number = paper.upvoteCount;
  const publishedOn: string | null | undefined = paper.publishedOn;
  // @ts-expect-error The day may be unknown.
  const day: string = paper.publishedOn;
  return `${title} ${count} ${publishedOn ?? ""} ${day} ${paper.keywords.join()}`;
}

export function describeFeed({ feed }: ResultOf<typeof FeedPage>): string[] {
  return feed.papers.edges.map(({ rank, node }) => `${feed.key} ${rank.toFixed()} ${describePaper(node)}`);
}

export function describeNode({ node }: ResultOf<typeof AnyNode>): string {
  if (node?.__typename === "Feed") return node.key;
  if (node?.__typename === "Author") return node.name;
  return node?.id ?? "nothing";
}

export function highlightedText({ searchPapers }: ResultOf<typeof Search>): string[] {
  return searchPapers.edges.flatMap(({ highlights }) =>
    highlights.flatMap(({ text, ranges }) => ranges.map(([start, end]) => text.slice(start, end))),
  );
}

export function voteProblem({ upvotePaper }: ResultOf<typeof Upvote>): string | undefined {
  return upvotePaper?.userErrors.find(({ code }) => code === "NOT_FOUND")?.message;
}
