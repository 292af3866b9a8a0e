import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import type { Context } from "../context";
import type { Order } from "../db/keyset";
import { sql } from "../db/sql";
import { unauthenticated } from "../graphql/errors";
import { type UserError, UserErrorCode, userError } from "../graphql/user-error.type";
import { isBroken } from "../inputs/broken-text";
import { decodeNodeKey, encodeNodeId } from "../nodes/node-id";
import { listBelow } from "../paging/list-below";
import { ForwardPageArgs } from "../paging/page-args";
import { AccessToken, AccessTokenScope } from "./access-token.entity";
import {
  CreateAccessTokenInput,
  CreateAccessTokenPayload,
  RevokeAccessTokenInput,
  RevokeAccessTokenPayload,
} from "./access-token.input";
import { createAccessToken, revokeAccessToken } from "./access-token.service";
import { AccessTokenConnection } from "./access-token-connection.type";
import { User } from "./user.entity";
import { hasScope, requireScope, type Viewer } from "./viewer";

const MAX_NAME_LENGTH = 100;

@Resolver(() => AccessToken)
export class AccessTokenResolver {
  @Mutation(() => CreateAccessTokenPayload, {
    nullable: true,
    description:
      "Creates an access token of the viewer, for a program. It has no scope that the token that creates it lacks, and ends with it at the latest. A user has at most 50 that work (LIMIT_REACHED). Needs the scope TOKENS_WRITE.",
  })
  async createAccessToken(
    @Arg("input", () => CreateAccessTokenInput, { description: "The token to create." }) input: CreateAccessTokenInput,
    @Ctx() context: Context,
  ): Promise<CreateAccessTokenPayload> {
    const viewer = requireScope(context.viewer, AccessTokenScope.TOKENS_WRITE);
    const userErrors = problemsOf(input, viewer);
    if (userErrors.length > 0) return { accessToken: null, secret: null, userErrors };
    const scopes = [...new Set(input.scopes)];
    const { maxAccessTokens: most } = context;
    const token = { name: input.name.trim(), scopes, expiresAt: input.expiresAt ?? null, parentId: viewer.tokenId };
    const made = await createAccessToken(context.db, viewer.user.rowId, token, most);
    if (made === "parentEnded") throw unauthenticated("This access token was revoked or expired just now.");
    if (made !== "tooMany") return { ...made, userErrors };
    const message = `You already have ${most} working access tokens, which is the maximum: revoke one first.`;
    return { accessToken: null, secret: null, userErrors: [userError(UserErrorCode.LIMIT_REACHED, message, "input")] };
  }

  @Mutation(() => RevokeAccessTokenPayload, {
    nullable: true,
    description:
      "Revokes an access token of the viewer for good, at once, with all those that it created, directly or indirectly. Idempotent. Needs the scope TOKENS_WRITE.",
  })
  async revokeAccessToken(
    @Arg("input", () => RevokeAccessTokenInput, { description: "The token to revoke." }) input: RevokeAccessTokenInput,
    @Ctx() context: Context,
  ): Promise<RevokeAccessTokenPayload> {
    const { user } = requireScope(context.viewer, AccessTokenScope.TOKENS_WRITE);
    const id = decodeNodeKey("AccessToken", input.id);
    if (id === null) {
      const error = userError(UserErrorCode.NOT_FOUND, "This is not the id of an access token.", "input", "id");
      return { revoked: false, userErrors: [error] };
    }
    return { revoked: await revokeAccessToken(context.db, id, user.rowId), userErrors: [] };
  }

  @FieldResolver(() => ID, {
    description: "For `revokeAccessToken`. Not the id of a node: only its user sees a token.",
  })
  id(@Root() token: AccessToken): string {
    return encodeNodeId("AccessToken", token.id);
  }

  @FieldResolver(() => AccessToken, {
    nullable: true,
    description:
      "The token that created it: when that one ends, this one does. Null when it was created on the command line or with a JSON Web Token.",
  })
  madeBy(@Root() { parentId }: AccessToken, @Ctx() { loaders }: Context): Promise<AccessToken | null> | null {
    return parentId === null ? null : loaders.accessToken.load(parentId);
  }
}

const newest: Order = { name: "NEWEST", keys: [{ column: sql`t.id`, kind: "int" }], direction: "desc" };

@Resolver(() => User)
export class UserAccessTokensResolver {
  @Directive("@cacheControl(scope: PRIVATE)")
  @FieldResolver(() => AccessTokenConnection, {
    nullable: true,
    description:
      "The viewer's own access tokens, newest first, with those that ended in the last 30 days (creating another drops all but the last 50 of these); null for any other user. Needs no scope: secrets are not shown.",
  })
  accessTokens(
    @Root() { rowId }: User,
    @Args(() => ForwardPageArgs) args: ForwardPageArgs,
    @Ctx() { loaders, viewer }: Context,
  ): AccessTokenConnection | null {
    if (viewer?.user.rowId !== rowId) return null;
    return new AccessTokenConnection(
      listBelow("User.accessTokens", rowId, {
        order: newest,
        args,
        page: loaders.accessTokens,
        count: () => loaders.accessTokenCount,
      }),
    );
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
