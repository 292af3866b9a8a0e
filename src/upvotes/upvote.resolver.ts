import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { UserErrorCode, userError } from "../graphql/user-error.type";
import { decodeNodeKey } from "../nodes/node-id";
import { Paper } from "../papers/paper.entity";
import { AccessTokenScope } from "../users/access-token.entity";
import { requireScope } from "../users/viewer";
import { RemovePaperUpvoteInput, RemovePaperUpvotePayload, UpvotePaperInput, UpvotePaperPayload } from "./upvote.input";

@Resolver(() => Paper)
export class UpvoteResolver {
  @Mutation(() => UpvotePaperPayload, {
    nullable: true,
    description:
      "Upvotes a paper as the viewer. Idempotent: repeating it changes nothing. Needs the scope UPVOTES_WRITE.",
  })
  upvotePaper(
    @Arg("input", () => UpvotePaperInput, { description: "The paper." }) { paperId }: UpvotePaperInput,
    @Ctx() context: Context,
  ): Promise<UpvotePaperPayload> {
    return vote(context, paperId, (userId, paper) => context.votes.cast(userId, paper));
  }

  @Mutation(() => RemovePaperUpvotePayload, {
    nullable: true,
    description:
      "Removes the viewer's upvote. Idempotent: repeating it changes nothing. Needs the scope UPVOTES_WRITE.",
  })
  removePaperUpvote(
    @Arg("input", () => RemovePaperUpvoteInput, { description: "The paper." }) { paperId }: RemovePaperUpvoteInput,
    @Ctx() context: Context,
  ): Promise<RemovePaperUpvotePayload> {
    return vote(context, paperId, (userId, paper) => context.votes.remove(userId, paper));
  }

  @Directive("@cacheControl(scope: PRIVATE)")
  @FieldResolver(() => Boolean, {
    description: "Whether the viewer upvoted it; false when anonymous. Selecting it makes the response private.",
  })
  viewerHasUpvoted(@Root() { rowId }: Paper, @Ctx() { loaders, viewer }: Context): Promise<boolean> | boolean {
    return viewer !== null && loaders.hasUpvoted.load({ userId: viewer.user.rowId, paperId: rowId });
  }
}

async function vote(
  { loaders, viewer }: Context,
  nodeId: string,
  change: (userId: number, paperId: number) => Promise<boolean>,
): Promise<UpvotePaperPayload> {
  const { user } = requireScope(viewer, AccessTokenScope.UPVOTES_WRITE);
  const id = decodeNodeKey("Paper", nodeId);
  const changed = id !== null && (await change(user.rowId, id));
  const paper = id === null ? null : await loaders.paper.load(id);
  if (paper) return { paper, changed, userErrors: [] };
  const error = userError(UserErrorCode.NOT_FOUND, "There is no such paper.", "input", "paperId");
  return { paper: null, changed: false, userErrors: [error] };
}
