import { registerEnumType } from "type-graphql";

/** What a client may pass as `orderBy`. How the papers are ranked, in every order, is in rank-formula.ts. */
export enum FeedOrder {
  RANK = "RANK",
  FEATURED_AT = "FEATURED_AT",
  PUBLISHED_ON = "PUBLISHED_ON",
  PUBLISHED_AT = "PUBLISHED_AT",
  COMMENTS = "COMMENTS",
}

registerEnumType(FeedOrder, {
  name: "FeedOrder",
  description: "What a feed's papers are ordered by. `rank` on the edges is the same in every order.",
  valuesConfig: {
    RANK: {
      description:
        "Upvotes in the period, most first; then when the paper was featured, earliest first; then its place in the day's list.",
    },
    FEATURED_AT: { description: "When the paper was featured in the period, latest first; then id, latest first." },
    PUBLISHED_ON: { description: "Day of first publication, newest first, unknown last; then id, latest first." },
    PUBLISHED_AT: {
      description: "The same as PUBLISHED_ON.",
      deprecationReason: "Use PUBLISHED_ON: it is a day, not a time.",
    },
    COMMENTS: { description: "`commentCount`, most first; then id, latest first." },
  },
});
