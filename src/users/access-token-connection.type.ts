import { ObjectType } from "type-graphql";
import { connectionType, edgeType } from "../paging/connection.type";
import { AccessToken } from "./access-token.entity";

@ObjectType({ simpleResolvers: true, description: "An access token in a list." })
export class AccessTokenEdge extends edgeType(AccessToken) {}

@ObjectType({ description: "A page of a user's own access tokens." })
export class AccessTokenConnection extends connectionType<AccessToken, AccessToken, AccessTokenEdge>(
  AccessToken,
  AccessTokenEdge,
  (row) => row,
) {}
