import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { type Context, forgetLoaded } from "../context";
import { badUserInput } from "../graphql/errors";
import { asUserError, type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { decodeNodeKey } from "../nodes/node-id";
import { findPaper } from "../papers/find-paper";
import { Paper } from "../papers/paper.entity";
import { AccessTokenScope } from "../users/access-token.entity";
import { requireScope } from "../users/viewer";
import { RemovePaperUpvoteInput, RemovePaperUpvotePayload, UpvotePaperInput, UpvotePaperPayload } from "./upvote.input";
import type { VoteQueue } from "./vote-queue";

@Resolver(() => Paper)
export class UpvoteResolver {
  @Mutation(() => UpvotePaperPayload, {
    nullable: true,
    description:
      "Upvotes a paper as the viewer. Idempotent: repeating it changes nothing. Needs the scope UPVOTES_WRITE.",
  })
  upvotePaper(
    @Arg("input", () => UpvotePaperInput, { description: "The paper." }) input: UpvotePaperInput,
    @Ctx() context: Context,
  ): Promise<UpvotePaperPayload> {
    return vote(context, input, (userId, paper) => context.votes.cast(userId, paper));
  }

  @Mutation(() => RemovePaperUpvotePayload, {
    nullable: true,
    description:
      "Removes the viewer's upvote. Idempotent: repeating it changes nothing. Needs the scope UPVOTES_WRITE.",
  })
  removePaperUpvote(
    @Arg("input", () => RemovePaperUpvoteInput, { description: "The paper." }) input: RemovePaperUpvoteInput,
    @Ctx() context: Context,
  ): Promise<RemovePaperUpvotePayload> {
    return vote(context, input, (userId, paper) => context.votes.remove(userId, paper));
  }

  @Directive("@cacheControl(scope: PRIVATE)")
  @FieldResolver(() => Boolean, {
    description: "Whether the viewer upvoted it; false when anonymous. Selecting it makes the response private.",
  })
  viewerHasUpvoted(@Root() { rowId }: Paper, @Ctx() { loaders, viewer }: Context): Promise<boolean> | boolean {
    return viewer !== null && loaders.hasUpvoted.load({ userId: viewer.user.rowId, paperId: rowId });
  }
}

type Named = { id: number | null } | { userError: UserError };

async function vote(context: Context, input: UpvotePaperInput, change: VoteQueue["cast"]): Promise<UpvotePaperPayload> {
  const { user } = requireScope(context.viewer, AccessTokenScope.UPVOTES_WRITE);
  const named = await findNamed(input, context);
  if ("userError" in named) return refused(named.userError);
  const { id } = named;
  if (id !== null) {
    const { changed, paper: known } = await change(user.rowId, id);
    const paper = known ?? (await context.loaders.paper.load(id));
    if (paper) return { paper, changed, userErrors: [] };
  }
  const argument = input.by ? "by" : "paperId";
  return refused(userError(UserErrorCode.NOT_FOUND, "There is no such paper.", "input", argument));
}

function refused(error: UserError): UpvotePaperPayload {
  return { paper: null, changed: false, userErrors: [error] };
}

/** The row of the paper that is named, null if there is none; or what is wrong with its reference. */
async function findNamed({ paperId, by }: UpvotePaperInput, context: Context): Promise<Named> {
  const isGiven = typeof paperId === "string";
  if (isGiven === Boolean(by)) throw badUserInput("input", "input must have either paperId or by.");
  if (isGiven) return { id: decodeNodeKey("Paper", paperId) };
  try {
    const paper = await findPaper(by!, "input.by.", context.loaders);
    // As it was before the vote.
    forgetLoaded(context);
    return { id: paper?.rowId ?? null };
  } catch (error) {
    return { userError: asUserError(error) };
  }
}
