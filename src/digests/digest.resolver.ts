import { createHmac } from "node:crypto";
import { Arg, Ctx, Directive, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { databaseNow } from "../db/clock";
import { badUserInput } from "../errors";
import { rowsCost } from "../paging/page-cost";
import { Paper } from "../papers/paper.entity";
import { isBroken } from "../text";
import { UserErrorCode, userError } from "../user-error.type";
import { maskAddress } from "./address";
import { DigestTokenInput, SubscribeToDigestInput, UpdateDigestSubscriptionInput } from "./digest.input";
import {
  ConfirmDigestSubscriptionPayload,
  DigestFilter,
  EndDigestLinksPayload,
  ResubscribeToDigestPayload,
  SubscribeToDigestPayload,
  UnsubscribeFromDigestPayload,
  UpdateDigestSubscriptionPayload,
} from "./digest.payload";
import { papersOfNextDigest } from "./next-digest.service";
import { MAX_PAPERS } from "./preferences";
import { subscribeToDigest } from "./subscribe.service";
import { DigestSubscription } from "./subscription.entity";
import {
  confirmSubscription,
  endOtherLinks,
  findManaging,
  resubscribe,
  unsubscribe,
  updateSubscription,
} from "./subscription.service";

const invalidToken = userError(
  UserErrorCode.TOKEN_INVALID,
  "This token is none of ours, was used, or has ended.",
  "input",
  "token",
);

@Resolver(() => DigestSubscription)
export class DigestResolver {
  @Directive("@cacheControl(scope: PRIVATE)")
  @Query(() => DigestSubscription, {
    nullable: true,
    description:
      "A subscription by its management token, from any mail that was sent. Null for an unknown token, and for one that has ended: by unsubscribing, by a new confirmation or by endDigestLinks.",
  })
  async digestSubscription(
    @Arg("token", () => String, { description: "As it stands in a mail's links, behind the last slash." })
    token: string,
    @Ctx() { db, readPrimary }: Context,
  ): Promise<DigestSubscription | null> {
    // The token's owner may just have changed it.
    readPrimary();
    return (await findManaging(db, token))?.subscription ?? null;
  }

  @Mutation(() => SubscribeToDigestPayload, {
    nullable: true,
    description:
      "Asks for papers by mail: one mail asks to confirm, and nothing else is sent before that. Needs no account; a few requests an hour are taken from one address.",
  })
  async subscribeToDigest(
    @Arg("input", () => SubscribeToDigestInput, { description: "The digest." }) input: SubscribeToDigestInput,
    @Ctx() { db, origin, digests }: Context,
  ): Promise<SubscribeToDigestPayload> {
    await digests.admit(origin.address);
    const version = input.consentVersion.trim();
    if (version === "" || version.length > 100 || isBroken(version)) {
      const message = "consentVersion must have 1 to 100 characters.";
      const error = userError(UserErrorCode.INVALID, message, "input", "consentVersion");
      return { confirmationSent: false, userErrors: [error] };
    }
    const userErrors = await subscribeToDigest(db, input, origin, digests);
    return { confirmationSent: userErrors.length === 0, userErrors };
  }

  @Mutation(() => ConfirmDigestSubscriptionPayload, {
    nullable: true,
    description: "Confirms the address, by the token of the mail that asked for it: works once, for 48 hours.",
  })
  async confirmDigestSubscription(
    @Arg("input", () => DigestTokenInput, { description: "The token." }) { token }: DigestTokenInput,
    @Ctx() { db, origin, digests }: Context,
  ): Promise<ConfirmDigestSubscriptionPayload> {
    const done = await confirmSubscription(db, digests.secret, token, origin, await databaseNow(db));
    if (!("problem" in done)) return { ...done, userErrors: [] };
    const isExpired = done.problem === UserErrorCode.TOKEN_EXPIRED;
    const expired = userError(done.problem, "This token is older than 48 hours: subscribe again.", "input", "token");
    return { subscription: null, managementToken: null, userErrors: [isExpired ? expired : invalidToken] };
  }

  @Mutation(() => UpdateDigestSubscriptionPayload, {
    nullable: true,
    description: "Changes or pauses a subscription. Idempotent.",
  })
  async updateDigestSubscription(
    @Arg("input", () => UpdateDigestSubscriptionInput, { description: "The changes." })
    { token, ...changes }: UpdateDigestSubscriptionInput,
    @Ctx() { db }: Context,
  ): Promise<UpdateDigestSubscriptionPayload> {
    const updated = await updateSubscription(db, token, changes, await databaseNow(db));
    return updated ?? { subscription: null, userErrors: [invalidToken] };
  }

  @Mutation(() => UnsubscribeFromDigestPayload, {
    nullable: true,
    description:
      "Ends a subscription at once, and all its tokens with it: this one may undo it for a day, and each can unsubscribe for ever. Succeeds when it has ended already.",
  })
  async unsubscribeFromDigest(
    @Arg("input", () => DigestTokenInput, { description: "A management token." }) { token }: DigestTokenInput,
    @Ctx() { db }: Context,
  ): Promise<UnsubscribeFromDigestPayload> {
    const ended = await unsubscribe(db, token);
    const subscription = ended?.subscription ?? null;
    return { unsubscribed: ended !== null, subscription, userErrors: ended ? [] : [invalidToken] };
  }

  @Mutation(() => ResubscribeToDigestPayload, {
    nullable: true,
    description:
      "Undoes unsubscribing, within a day and by the token that did it, as a new consent; later only a new confirmation does. Idempotent.",
  })
  async resubscribeToDigest(
    @Arg("input", () => DigestTokenInput, { description: "The token that unsubscribed." }) { token }: DigestTokenInput,
    @Ctx() { db, origin }: Context,
  ): Promise<ResubscribeToDigestPayload> {
    const subscription = await resubscribe(db, token, origin, await databaseNow(db));
    return { subscription, userErrors: subscription ? [] : [invalidToken] };
  }

  @Mutation(() => EndDigestLinksPayload, {
    nullable: true,
    description:
      "Ends the tokens of all earlier mails but this one: they still unsubscribe, and do nothing else. Idempotent.",
  })
  async endDigestLinks(
    @Arg("input", () => DigestTokenInput, { description: "A management token, which stays good." })
    { token }: DigestTokenInput,
    @Ctx() { db }: Context,
  ): Promise<EndDigestLinksPayload> {
    const subscription = await endOtherLinks(db, token);
    return { subscription, userErrors: subscription ? [] : [invalidToken] };
  }

  // Not its number, which would tell how many ask, and come again for another reader after a restore.
  @FieldResolver(() => ID, { description: "Names the subscription in a client's cache; no query takes it." })
  id(@Root() { id, createdAt }: DigestSubscription, @Ctx() { digests }: Context): string {
    const name = `subscription ${id} ${createdAt.toISOString()}`;
    return createHmac("sha256", digests.secret).update(name).digest("base64url");
  }

  @FieldResolver(() => String, {
    description: "a***@example.org: a management link that leaks must not leak the address.",
  })
  maskedEmail(@Root() { email }: DigestSubscription): string {
    return maskAddress(email);
  }

  @FieldResolver(() => DigestFilter, { description: "Which papers it holds." })
  filter(@Root() { filter }: DigestSubscription): DigestFilter {
    return {
      keywords: filter.keywords ?? [],
      excludeKeywords: filter.excludeKeywords ?? [],
      authorIds: filter.authorIds ?? [],
      organizationIds: filter.organizationIds ?? [],
      minUpvotes: filter.minUpvotes ?? null,
      hasCode: filter.hasCode ?? null,
    };
  }

  @FieldResolver(() => [Paper], {
    complexity: ({ args, childComplexity }) => rowsCost(inBounds(args.first), childComplexity),
    description:
      "What the next digest would hold now: the final feeds that were not sent yet, the same filter and order, without papers that were sent already.",
  })
  preview(
    @Root() subscription: DigestSubscription,
    @Arg("first", () => Int, { nullable: true, description: "How many papers: 1 to 50, `maxPapers` when omitted." })
    first: number | null,
    @Ctx() { db }: Context,
  ): Promise<Paper[]> {
    if (first !== null && (first < 1 || first > MAX_PAPERS)) {
      throw badUserInput("first", `first must be between 1 and ${MAX_PAPERS}, not ${first}.`);
    }
    return papersOfNextDigest(db, subscription, first ?? subscription.maxPapers);
  }
}

function inBounds(first: number | null | undefined): number {
  return Math.min(Math.max(first ?? MAX_PAPERS, 0), MAX_PAPERS);
}
