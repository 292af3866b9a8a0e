import { pageFields } from "../support/paging";
import type { UsedApi } from "../support/use-api";

export const FEED = `query ($period: FeedPeriod! = DAY, $on: Date, $filter: PaperFilter, $orderBy: FeedOrder! = RANK,
  $first: Int, $after: String, $last: Int, $before: String) {
  feed(period: $period, on: $on) {
    key startDate endDate isFinal updatedAt previous { key } next { key }
    papers(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      edges { cursor rank featuredOn upvotesInPeriod node { title } } ${pageFields}
    }
  }
}`;

type Edge = { rank: number; upvotesInPeriod: number; featuredOn: string; node: { title: string } };

/** Rank, title, upvotes and feed day of each paper of a feed's first page. */
export async function standingsOf(t: UsedApi, variables: object) {
  const { feed } = await t.api.data(FEED, variables);
  return feed.papers.edges.map((edge: Edge) => [edge.rank, edge.node.title, edge.upvotesInPeriod, edge.featuredOn]);
}

/** Rank, title and upvotes of each paper of a feed's page. */
export function placesIn({ papers }: { papers: { edges: Omit<Edge, "featuredOn">[] } }) {
  return papers.edges.map(({ rank, node, upvotesInPeriod }) => [rank, node.title, upvotesInPeriod]);
}
