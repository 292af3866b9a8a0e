import { Field, ID, Int, ObjectType } from "type-graphql";
import { Feed } from "../feeds/feed.type";
import { DateTimeScalar } from "../graphql/scalars";
import { Paper } from "../papers/paper.entity";

@ObjectType({
  simpleResolvers: true,
  description: "A paper's upvotes have changed. Votes close together make one event.",
})
export class PaperUpvotesEvent {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;

  @Field(() => Int, { description: "The committed count, never an estimate; the latest event has the latest count." })
  upvoteCount!: number;

  @Field(() => DateTimeScalar, {
    description: "When the change got its place in the order of all changes; see `paperChanges`.",
  })
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
    description:
      "The feed. Two day feeds change at the same time: the current one, and the one before until it is final.",
  })
  feed!: Feed;

  @Field(() => [RankMove], {
    description:
      "Every paper whose rank changed, by rank. Empty when the previous order is no longer known: read the feed again.",
  })
  moved!: RankMove[];

  @Field(() => DateTimeScalar, { description: "When the feed was ranked." })
  at!: Date;
}
