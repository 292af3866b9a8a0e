import { Field, ID, Int, ObjectType } from "type-graphql";
import { UserError } from "../graphql/user-error.type";
import { DigestSubscription } from "./subscriptions/subscription.entity";

@ObjectType({
  simpleResolvers: true,
  description:
    "The same response, in the same time, for new, pending, subscribed and suppressed addresses: nobody can probe who is subscribed.",
})
export class SubscribeToDigestPayload {
  @Field(() => Boolean, { description: "True unless there are userErrors: check the mailbox." })
  confirmationSent!: boolean;

  @Field(() => [UserError], { description: "What is wrong with the input; then nothing was done." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The result of confirming." })
export class ConfirmDigestSubscriptionPayload {
  @Field(() => DigestSubscription, {
    nullable: true,
    description: "The subscription, ACTIVE now; null with a userError.",
  })
  subscription!: DigestSubscription | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Reads, changes and ends the subscription. It is returned only here; the links of every digest hold one too.",
  })
  managementToken!: string | null;

  @Field(() => [UserError], {
    description:
      "TOKEN_INVALID for a token that is unknown or already used; TOKEN_EXPIRED after 48 hours: subscribe again.",
  })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The subscription after the change." })
export class UpdateDigestSubscriptionPayload {
  @Field(() => DigestSubscription, { nullable: true, description: "As it stands now; null for an unknown token." })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], { description: "What is wrong with the input; then nothing was changed." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "Succeeds for an address that is already unsubscribed." })
export class UnsubscribeFromDigestPayload {
  @Field(() => Boolean, { description: "True when no further digest will be sent." })
  unsubscribed!: boolean;

  @Field(() => DigestSubscription, {
    nullable: true,
    description: "The ended subscription; null for a token that is unknown or can only unsubscribe.",
  })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], { description: "TOKEN_INVALID for an unknown token." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The result of undoing." })
export class ResubscribeToDigestPayload {
  @Field(() => DigestSubscription, { nullable: true, description: "ACTIVE again; null with a userError." })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], {
    description: "TOKEN_INVALID for a token that is unknown, did not unsubscribe, or did so more than a day ago.",
  })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The subscription, which only the given token manages now." })
export class EndDigestLinksPayload {
  @Field(() => DigestSubscription, { nullable: true, description: "As it stands; null with a userError." })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], {
    description: "TOKEN_INVALID for a token that is unknown or no longer manages the subscription.",
  })
  userErrors!: UserError[];
}

@ObjectType({
  simpleResolvers: true,
  description: "The stored PaperFilter as an output type (an input type cannot be one).",
})
export class DigestFilter {
  @Field(() => [String], { description: "Words or phrases of which a paper must match one; empty: any paper." })
  keywords!: string[];

  @Field(() => [String], { description: "Words or phrases: a paper that matches one of them is left out." })
  excludeKeywords!: string[];

  @Field(() => [String], { description: "arXiv's categories of which a paper must have one; empty: any paper." })
  categories!: string[];

  @Field(() => [String], { description: "Categories: a paper that has one of them is left out." })
  excludeCategories!: string[];

  @Field(() => [ID], { description: "Author ids: a paper must name one of them; empty: any paper." })
  authorIds!: string[];

  @Field(() => [ID], { description: "Organization ids: a paper must be credited to one of them; empty: any paper." })
  organizationIds!: string[];

  @Field(() => [ID], { description: "Ids of papers that a paper must be like; empty: any paper." })
  near!: string[];

  @Field(() => Int, { nullable: true, description: "Minimum of `upvoteCount`; null: none." })
  minUpvotes!: number | null;

  @Field(() => Boolean, { nullable: true, description: "Only papers with code (true) or without (false); null: both." })
  hasCode!: boolean | null;
}
