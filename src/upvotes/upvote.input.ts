import { Field, ID, InputType, ObjectType } from "type-graphql";
import { UserError } from "../graphql/user-error.type";
import { Paper } from "../papers/paper.entity";

@InputType({ description: "The paper to upvote." })
export class UpvotePaperInput {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;
}

@InputType({ description: "The paper whose upvote to remove." })
export class RemovePaperUpvoteInput {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;
}

@ObjectType()
abstract class VotePayload {
  @Field(() => Paper, {
    nullable: true,
    description: "The paper with its new count; null when there is no such paper.",
  })
  paper!: Paper | null;

  @Field(() => Boolean, { description: "False when nothing had to change; still a success." })
  changed!: boolean;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The result of an upvote." })
export class UpvotePaperPayload extends VotePayload {}

@ObjectType({ simpleResolvers: true, description: "The result of removing an upvote." })
export class RemovePaperUpvotePayload extends VotePayload {}
