import { graphql } from "relay-runtime";

/** What a Relay page of one feed asks for: each component states its own data. The compiler makes the queries. */
export const FeedQuery = graphql`
  query feedQuery($on: Date, $first: Int!) {
    feed(on: $on) {
      key
      isFinal
      ...feedPapers_feed @arguments(first: $first)
    }
  }
`;

/** A list that grows by pages, as usePaginationFragment reads it. */
export const FeedPapers = graphql`
  fragment feedPapers_feed on Feed
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "PaperFilter" }
  )
  @refetchable(queryName: "feedPapersPaginationQuery") {
    papers(first: $first, after: $after, filter: $filter) @connection(key: "feedPapers_feed_papers") {
      totalCount
      edges {
        rank
        upvotesInPeriod
        node {
          id
          ...paperRow_paper
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`;

/** A paper in a list, which can be fetched again by its id. */
export const PaperRow = graphql`
  fragment paperRow_paper on Paper @refetchable(queryName: "paperRowRefetchQuery") {
    title
    publishedOn
    upvoteCount
    viewerHasUpvoted
    authors(first: 3) {
      nodes {
        name
      }
    }
  }
`;

/** A vote: the paper in the answer brings every list that shows it up to date. */
export const UpvoteMutation = graphql`
  mutation feedUpvoteMutation($input: UpvotePaperInput!) {
    upvotePaper(input: $input) {
      changed
      paper {
        ...paperRow_paper
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`;

/** A list that is read from its end too. */
export const AllPapers = graphql`
  fragment feedAllPapers_query on Query
  @argumentDefinitions(last: { type: "Int", defaultValue: 20 }, before: { type: "String" })
  @refetchable(queryName: "feedAllPapersPaginationQuery") {
    papers(last: $last, before: $before, orderBy: { field: UPVOTES }) @connection(key: "feedAllPapers_papers") {
      edges {
        node {
          id
          ...paperRow_paper
        }
      }
      pageInfo {
        startCursor
      }
    }
  }
`;

/** A paper by whatever its reader pasted. */
export const OnePaper = graphql`
  query feedOnePaperQuery($by: PaperBy!) {
    paper(by: $by) {
      id
      ...paperRow_paper
    }
  }
`;

/** Anything by its id, whatever its type is. */
export const AnyNode = graphql`
  query feedAnyNodeQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Feed {
        key
      }
      ... on Author {
        name
      }
      ...paperRow_paper @alias(as: "paper")
    }
  }
`;
