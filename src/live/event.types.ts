import { Field, ID, Int, ObjectType } from "type-graphql";
import { Feed } from "../feeds/feed.type";
import { Paper } from "../papers/paper.entity";
import { DateTimeScalar } from "../scalars";

@ObjectType({
  simpleResolvers: true,
  description: "A paper's upvotes have changed. Votes that come close together are one event.",
})
export class PaperUpvotesEvent {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;

  @Field(() => Int, { description: "The count as it is committed, never a guess; the newest event has the newest." })
  upvoteCount!: number;

  @Field(() => DateTimeScalar, { description: "When the change took its place among all changes; see `paperChanges`." })
  at!: Date;

  @Field(() => Paper, { description: "The paper as it was read for this event." })
  paper!: Paper;
}

@ObjectType({ simpleResolvers: true, description: "A paper's move within a feed." })
export class RankMove {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;

  @Field(() => Int, { nullable: true, description: "The rank before; null for a paper that has just entered." })
  from!: number | null;

  @Field(() => Int, { nullable: true, description: "The rank now; null for a paper that has left the feed." })
  to!: number | null;
}

@ObjectType({ simpleResolvers: true, description: "A feed's order or papers have changed." })
export class FeedChangedEvent {
  @Field(() => Feed, {
    description: "The feed. While one day's feed is waiting to be final, the next day's is open too.",
  })
  feed!: Feed;

  @Field(() => [RankMove], {
    description:
      "Every paper whose rank is another one, by rank. Empty when it is no longer known what the order was before: read the feed anew.",
  })
  moved!: RankMove[];

  @Field(() => DateTimeScalar, { description: "When the feed was ranked." })
  at!: Date;
}
