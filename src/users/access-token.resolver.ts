import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import { decodeNodeKey, encodeNodeId } from "../nodes/node-id";
import { isBroken } from "../text";
import { type UserError, UserErrorCode, userError } from "../user-error.type";
import { AccessToken } from "./access-token.entity";
import {
  CreateAccessTokenInput,
  CreateAccessTokenPayload,
  RevokeAccessTokenInput,
  RevokeAccessTokenPayload,
} from "./access-token.input";
import { createAccessToken, revokeAccessToken } from "./access-token.service";
import { hasScope, requireViewer, type Viewer } from "./viewer";

const MAX_NAME_LENGTH = 100;

@Resolver(() => AccessToken)
export class AccessTokenResolver {
  @Mutation(() => CreateAccessTokenPayload, {
    nullable: true,
    description:
      "Makes an access token of the viewer, for a program. A token can make others that may do no more than it may, for no longer. Revoking it does not end those.",
  })
  async createAccessToken(
    @Arg("input", () => CreateAccessTokenInput, { description: "The token to make." }) input: CreateAccessTokenInput,
    @Ctx() context: Context,
  ): Promise<CreateAccessTokenPayload> {
    const viewer = requireViewer(context.viewer);
    const userErrors = problemsOf(input, viewer);
    if (userErrors.length > 0) return { accessToken: null, secret: null, userErrors };
    const scopes = [...new Set(input.scopes)];
    const token = { name: input.name.trim(), scopes, expiresAt: input.expiresAt ?? null };
    return { ...(await createAccessToken(context.db, viewer.user.rowId, token)), userErrors };
  }

  @Mutation(() => RevokeAccessTokenPayload, {
    nullable: true,
    description: "Ends an access token of the viewer for good, at once. Doing it again is no error.",
  })
  async revokeAccessToken(
    @Arg("input", () => RevokeAccessTokenInput, { description: "The token to end." }) input: RevokeAccessTokenInput,
    @Ctx() context: Context,
  ): Promise<RevokeAccessTokenPayload> {
    const { user } = requireViewer(context.viewer);
    const id = decodeNodeKey("AccessToken", input.id);
    if (id === null) {
      const error = userError(UserErrorCode.NOT_FOUND, "This is not the id of an access token.", "input", "id");
      return { revoked: false, userErrors: [error] };
    }
    return { revoked: await revokeAccessToken(context.db, id, user.rowId), userErrors: [] };
  }

  @FieldResolver(() => ID, { description: "For `revokeAccessToken`. Not a node: tokens are their user's alone." })
  id(@Root() token: AccessToken): string {
    return encodeNodeId("AccessToken", token.id);
  }
}

function problemsOf({ name, scopes, expiresAt }: CreateAccessTokenInput, viewer: Viewer): UserError[] {
  const errors: UserError[] = [];
  if (name.trim() === "" || name.length > MAX_NAME_LENGTH || isBroken(name)) {
    const message = `name must have 1 to ${MAX_NAME_LENGTH} characters, without NUL or half of a surrogate pair.`;
    errors.push(userError(UserErrorCode.INVALID, message, "input", "name"));
  }
  if (expiresAt && expiresAt.getTime() <= Date.now()) {
    errors.push(userError(UserErrorCode.INVALID, "expiresAt must be in the future.", "input", "expiresAt"));
  }
  const { expiresAt: end } = viewer;
  if (end && (!expiresAt || expiresAt.getTime() > end.getTime())) {
    const message = `Your own token expires at ${end.toISOString()}: give an expiresAt that is not later.`;
    errors.push(userError(UserErrorCode.NOT_ALLOWED, message, "input", "expiresAt"));
  }
  const beyond = scopes.find((scope) => !hasScope(viewer, scope));
  if (beyond) {
    errors.push(userError(UserErrorCode.NOT_ALLOWED, `Your own token lacks the scope ${beyond}.`, "input", "scopes"));
  }
  return errors;
}
