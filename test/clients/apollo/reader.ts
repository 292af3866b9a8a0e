import { gql } from "@apollo/client";

const PAPER_ROW = gql`
  fragment PaperRow on Paper {
    id
    title
  }
`;

export const FEED_PAGE = gql`
  query FeedPage($first: Int!) {
    feed(on: "2026-01-06") {
      key
      papers(first: $first) {
        nodes {
          ...PaperRow
        }
      }
    }
  }
  ${PAPER_ROW}
`;

export const ONE_PAPER = gql`
  query OnePaper($by: PaperBy!) {
    paper(by: $by) {
      ...PaperRow
    }
  }
  ${PAPER_ROW}
`;
