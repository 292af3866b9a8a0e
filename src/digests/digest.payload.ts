import { Field, ID, Int, ObjectType } from "type-graphql";
import { UserError } from "../user-error.type";
import { DigestSubscription } from "./subscription.entity";

@ObjectType({
  simpleResolvers: true,
  description:
    "The same answer, in the same time, for new, waiting, subscribed and suppressed addresses: nobody can probe who is subscribed.",
})
export class SubscribeToDigestPayload {
  @Field(() => Boolean, { description: "True unless userErrors says what is wrong: look into the mailbox." })
  confirmationSent!: boolean;

  @Field(() => [UserError], { description: "What is wrong with the input; then nothing was done." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "What confirming did." })
export class ConfirmDigestSubscriptionPayload {
  @Field(() => DigestSubscription, {
    nullable: true,
    description: "The subscription, ACTIVE now; null with a userError.",
  })
  subscription!: DigestSubscription | null;

  @Field(() => String, {
    nullable: true,
    description: "Shows, changes and ends the subscription; shown here only, and in every digest's links.",
  })
  managementToken!: string | null;

  @Field(() => [UserError], {
    description: "TOKEN_INVALID for a token that is none or was used; TOKEN_EXPIRED after 48 hours: subscribe again.",
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

@ObjectType({ simpleResolvers: true, description: "Succeeds for an address that is unsubscribed already." })
export class UnsubscribeFromDigestPayload {
  @Field(() => Boolean, { description: "True when no digest will be sent any more." })
  unsubscribed!: boolean;

  @Field(() => DigestSubscription, {
    nullable: true,
    description: "The ended subscription; null for an unknown token, and for one that can do no more than this.",
  })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], { description: "TOKEN_INVALID for a token that is none." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "What undoing did." })
export class ResubscribeToDigestPayload {
  @Field(() => DigestSubscription, { nullable: true, description: "ACTIVE again; null with a userError." })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], {
    description: "TOKEN_INVALID for a token that is none, did not unsubscribe, or did so more than a day ago.",
  })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The subscription, which no other token manages any more." })
export class EndDigestLinksPayload {
  @Field(() => DigestSubscription, { nullable: true, description: "As it stands; null with a userError." })
  subscription!: DigestSubscription | null;

  @Field(() => [UserError], { description: "TOKEN_INVALID for a token that is none, or has ended itself." })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: "The stored PaperFilter, readable (inputs cannot be output types)." })
export class DigestFilter {
  @Field(() => [String], { description: "Words or phrases of which a paper must match one; empty: any paper." })
  keywords!: string[];

  @Field(() => [String], { description: "Words or phrases that leave a paper out." })
  excludeKeywords!: string[];

  @Field(() => [ID], { description: "Ids of authors of whom a paper must name one; empty: any." })
  authorIds!: string[];

  @Field(() => [ID], { description: "Ids of organizations of which a paper must be credited to one; empty: any." })
  organizationIds!: string[];

  @Field(() => Int, { nullable: true, description: "The fewest upvotes; null: any number." })
  minUpvotes!: number | null;

  @Field(() => Boolean, { nullable: true, description: "Only papers with code (true) or without (false); null: both." })
  hasCode!: boolean | null;
}
