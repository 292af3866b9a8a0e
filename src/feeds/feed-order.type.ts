import { registerEnumType } from "type-graphql";

export enum FeedOrder {
  RANK = "RANK",
  FEATURED_AT = "FEATURED_AT",
  PUBLISHED_AT = "PUBLISHED_AT",
  COMMENTS = "COMMENTS",
}

registerEnumType(FeedOrder, {
  name: "FeedOrder",
  description: "What a feed's papers are ordered by. `rank` on the edges stays the feed's own, whatever the order.",
  valuesConfig: {
    RANK: {
      description: "Upvotes in the period, most first; then the time of being featured, earliest first; then id.",
    },
    FEATURED_AT: { description: "The time of being featured in the period, latest first; then id, latest first." },
    PUBLISHED_AT: { description: "Day of first publication, newest first, unknown last; then id, latest first." },
    COMMENTS: { description: "`commentCount`, most first; then id, latest first." },
  },
});
