import { Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { rowsCost } from "../paging/page-cost";
import { Paper } from "../papers/paper.entity";
import { Feed } from "./feed.type";
import { spanOf } from "./period";

/** The feeds of a day: its own, its week's and its month's. */
const FEEDS_OF_A_DAY = 3;
/** Points for finding the feeds of a paper. */
const READ_COST = 15;

@ObjectType({ simpleResolvers: true, description: "A paper's place in one feed." })
export class FeedStanding {
  @Field(() => Feed, { description: "The feed." })
  feed!: Feed;

  @Field(() => Int, { description: "1-based, within the whole feed." })
  rank!: number;

  @Field(() => Int, { description: "What the rank counts; see `FeedPaperEdge.upvotesInPeriod`." })
  upvotesInPeriod!: number;
}

@Resolver(() => Paper)
export class StandingResolver {
  @FieldResolver(() => [FeedStanding], {
    complexity: ({ childComplexity }) => READ_COST + rowsCost(FEEDS_OF_A_DAY, childComplexity),
    description: "Its ranks in feeds of days, weeks and months, latest first. Empty when it was never featured.",
  })
  async standings(@Root() { rowId }: Paper, @Ctx() { loaders }: Context): Promise<FeedStanding[]> {
    const standings = await loaders.standings.load(rowId);
    return standings.map(({ period, startDate, rank, upvotesInPeriod }) => {
      return { feed: spanOf(period, startDate), rank, upvotesInPeriod };
    });
  }
}
