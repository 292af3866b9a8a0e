import { Field, ID, InputType, ObjectType } from "type-graphql";
import { UserError } from "../graphql/user-error.type";
import { Paper } from "../papers/paper.entity";
import { PaperBy } from "../papers/paper-by.input";

@InputType()
abstract class VoteInput {
  @Field(() => ID, { nullable: true, description: "As in `Paper.id`. Needed unless `by` is given." })
  paperId?: string | null;

  @Field(() => PaperBy, { nullable: true, description: "In place of `paperId`: whatever names the paper." })
  by?: PaperBy | null;
}

@InputType({ description: "The paper to upvote." })
export class UpvotePaperInput extends VoteInput {}

@InputType({ description: "The paper whose upvote to remove." })
export class RemovePaperUpvoteInput extends VoteInput {}

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
