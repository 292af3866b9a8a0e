import { Field, Int, ObjectType } from "type-graphql";
import type { Keyed } from "../db/keyset";
import { DateScalar } from "../graphql/scalars";
import { type CursorSource, connectionType, edgeType } from "../paging/connection.type";
import { Paper } from "../papers/paper.entity";
import type { RankedPaper } from "./feed.loaders";
import type { ListedFeed } from "./feed.service";
import { Feed } from "./feed.type";
import { spanOf } from "./period";

@ObjectType({ simpleResolvers: true, description: "A feed in the archive." })
export class FeedEdge extends edgeType(Feed) {}

@ObjectType({ description: "A page of the archive." })
export class FeedConnection extends connectionType<ListedFeed, Feed, FeedEdge>(Feed, FeedEdge, (row) =>
  spanOf(row.period, row.startDate),
) {}

@ObjectType({
  simpleResolvers: true,
  description: "A paper in a feed, with what depends on both: one paper has a day, a week and a month rank.",
})
export class FeedPaperEdge extends edgeType(Paper) {
  @Field(() => Int, { description: "1-based, within the whole feed; filters and other orders do not renumber it." })
  rank!: number;

  @Field(() => DateScalar, {
    description:
      "The day of this period on which the paper was featured (the first, if several). `Paper.featuredOn` is the latest of all.",
  })
  featuredOn!: string;

  @Field(() => Int, {
    description:
      "What the rank counts: imported upvotes as listed on the feed day (of several days the maximum), plus our users' upvotes from the period's first day until 24 hours after its last.",
  })
  upvotesInPeriod!: number;

  constructor(page: CursorSource, row: Keyed<RankedPaper>, node: Paper) {
    super(page, row, node);
    this.rank = row.rank;
    this.featuredOn = row.feedDay;
    this.upvotesInPeriod = row.upvotesInPeriod;
  }
}

@ObjectType({ description: "A page of a feed." })
export class FeedPaperConnection extends connectionType<RankedPaper, Paper, FeedPaperEdge>(
  Paper,
  FeedPaperEdge,
  (row) => row,
) {}
