import { createHmac } from "node:crypto";
import { Arg, Ctx, Directive, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { databaseNow } from "../db/clock";
import { badUserInput } from "../graphql/errors";
import { UserErrorCode, userError } from "../graphql/user-error.type";
import { isBroken } from "../inputs/broken-text";
import { rowsCost } from "../paging/page-cost";
import { Paper } from "../papers/paper.entity";
import { papersOfNextDigest } from "./deliveries/next-digest.service";
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
import { maskAddress } from "./subscriptions/address";
import { updateSubscription } from "./subscriptions/change.service";
import { confirmSubscription } from "./subscriptions/confirm.service";
import { endOtherLinks, resubscribe, unsubscribe } from "./subscriptions/end.service";
import { findManaging } from "./subscriptions/link.service";
import { RANGES } from "./subscriptions/preference-rules";
import { subscribeToDigest } from "./subscriptions/subscribe.service";
import { DigestSubscription } from "./subscriptions/subscription.entity";

const MAX_PAPERS = RANGES.maxPapers.most;

const invalidToken = userError(
  UserErrorCode.TOKEN_INVALID,
  "This token is unknown, already used, or has ended.",
  "input",
  "token",
);

@Resolver(() => DigestSubscription)
export class DigestResolver {
  @Directive("@cacheControl(scope: PRIVATE)")
  @Query(() => DigestSubscription, {
    nullable: true,
    description:
      "The subscription of a management token, taken from any mail. Null for a token that is unknown, or was ended by unsubscribing, by a new confirmation or by `endDigestLinks`.",
  })
  async digestSubscription(
    @Arg("token", () => String, { description: "The part of a mail's link after its last slash." })
    token: string,
    @Ctx() { db, readPrimary }: Context,
  ): Promise<DigestSubscription | null> {
    // The reader may just have changed the subscription.
    readPrimary();
    return (await findManaging(db, token))?.subscription ?? null;
  }

  @Mutation(() => SubscribeToDigestPayload, {
    nullable: true,
    description:
      "Requests papers by mail: one confirmation mail is sent, and nothing else before it is answered. Needs no account; a few requests an hour are accepted from one network address.",
  })
  async subscribeToDigest(
    @Arg("input", () => SubscribeToDigestInput, { description: "The digest." }) input: SubscribeToDigestInput,
    @Ctx() { db, origin, digests }: Context,
  ): Promise<SubscribeToDigestPayload> {
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
    description: "Confirms the address with the token of the confirmation mail, which works once, for 48 hours.",
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
      "Ends a subscription at once, and all its tokens with it: the given one can undo it for a day, and each can still unsubscribe. Succeeds when it has already ended.",
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
      "Undoes unsubscribing, within a day and with the token that unsubscribed, as a new consent; later only a new confirmation does. Idempotent.",
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
      "Ends all management tokens but the given one: those of earlier mails can still unsubscribe, and nothing else. Idempotent.",
  })
  async endDigestLinks(
    @Arg("input", () => DigestTokenInput, { description: "A management token, which stays valid." })
    { token }: DigestTokenInput,
    @Ctx() { db }: Context,
  ): Promise<EndDigestLinksPayload> {
    const subscription = await endOtherLinks(db, token);
    return { subscription, userErrors: subscription ? [] : [invalidToken] };
  }

  // Not the row's number, which would reveal how many subscribe, and recur for another reader after a restore.
  @FieldResolver(() => ID, { description: "A key for a client's cache; no query takes it." })
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

  @FieldResolver(() => DigestFilter, { description: "Which papers its digests hold." })
  filter(@Root() { filter }: DigestSubscription): DigestFilter {
    return {
      keywords: filter.keywords ?? [],
      excludeKeywords: filter.excludeKeywords ?? [],
      categories: filter.categories ?? [],
      excludeCategories: filter.excludeCategories ?? [],
      authorIds: filter.authorIds ?? [],
      organizationIds: filter.organizationIds ?? [],
      near: filter.near ?? [],
      minUpvotes: filter.minUpvotes ?? null,
      hasCode: filter.hasCode ?? null,
    };
  }

  @FieldResolver(() => [Paper], {
    complexity: ({ args, childComplexity }) => rowsCost(inBounds(args.first), childComplexity),
    description:
      "The papers of the next digest if it were sent now: from the final feeds that were not sent yet, with the same filter and order, without papers already sent.",
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
