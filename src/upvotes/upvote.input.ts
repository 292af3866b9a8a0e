import { Field, ID, InputType, ObjectType } from "type-graphql";
import { Paper } from "../papers/paper.entity";
import { UserError } from "../user-error.type";

@InputType({ description: "The paper to upvote." })
export class UpvotePaperInput {
  @Field(() => ID, { description: "As in `Paper.id`." })
  paperId!: string;
}

@InputType({ description: "The paper to take the upvote back from." })
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

  @Field(() => Boolean, { description: "False when everything already stood as asked; still a success." })
  changed!: boolean;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "What an upvote did." })
export class UpvotePaperPayload extends VotePayload {}

@ObjectType({ simpleResolvers: true, description: "What taking an upvote back did." })
export class RemovePaperUpvotePayload extends VotePayload {}
