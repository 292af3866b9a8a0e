import "reflect-metadata";
import { Arg, Field, Float, ID, InputType, Int, ObjectType } from "type-graphql";
import { Author } from "../../src/authors/author.entity";
import { DateTimeScalar } from "../../src/graphql/scalars";
import { Paper } from "../../src/papers/paper.entity";
import { User } from "../../src/users/user.entity";

@ObjectType()
export class StockAuthorEdge {
  @Field(() => Int) position!: number;
  @Field(() => String) name!: string;
  @Field(() => Author) node!: Author;
}
@ObjectType()
export class StockAuthors {
  @Field(() => [StockAuthorEdge]) edges!: StockAuthorEdge[];
  @Field(() => [Author]) nodes!: Author[];
}
@ObjectType()
export class StockUpvoterEdge {
  @Field(() => DateTimeScalar) upvotedAt!: Date;
  @Field(() => User) node!: User;
}
@ObjectType()
export class StockUpvoters {
  @Field(() => [StockUpvoterEdge]) edges!: StockUpvoterEdge[];
}
@ObjectType()
export class StockFeedEdge {
  @Field(() => Int) rank!: number;
  @Field(() => Int) upvotesInPeriod!: number;
  @Field(() => Paper) node!: Paper;
}
@ObjectType()
export class StockFeedPapers {
  @Field(() => [StockFeedEdge]) edges!: StockFeedEdge[];
}
@ObjectType()
export class StockFeed {
  edges!: StockFeedEdge[];
  @Field(() => StockFeedPapers)
  papers(@Arg("first", () => Int) first: number): StockFeedPapers {
    return { edges: this.edges.slice(0, first) };
  }
}
@ObjectType()
export class StockPapers {
  @Field(() => [Paper]) nodes!: Paper[];
}
@ObjectType()
export class StockSearchEdge {
  @Field(() => Float) score!: number;
  @Field(() => Paper) node!: Paper;
}
@ObjectType()
export class StockSearch {
  @Field(() => [StockSearchEdge]) edges!: StockSearchEdge[];
}
@InputType()
export class StockUpvoteInput {
  @Field(() => ID) paperId!: string;
}
@ObjectType()
export class StockUpvotePayload {
  @Field(() => Paper) paper!: Paper;
}
