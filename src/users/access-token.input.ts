import { Field, ID, InputType, ObjectType } from "type-graphql";
import { DateTimeScalar } from "../scalars";
import { UserError } from "../user-error.type";
import { AccessToken, AccessTokenScope } from "./access-token.entity";

@InputType({ description: "A new access token of the viewer." })
export class CreateAccessTokenInput {
  @Field(() => String, { description: "What to call it, e.g. the program that will use it: 1 to 100 characters." })
  name!: string;

  @Field(() => [AccessTokenScope], { description: "What it may do; no more than the token that makes it." })
  scopes!: AccessTokenScope[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it stops working: in the future, and not after the token that makes it; null: only when it is revoked, which a token that expires cannot give.",
  })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: "The new token, or why there is none." })
export class CreateAccessTokenPayload {
  @Field(() => AccessToken, { nullable: true, description: "The token; null when userErrors tells why there is none." })
  accessToken!: AccessToken | null;

  @Field(() => String, {
    nullable: true,
    description: "What to send as Authorization: Bearer. Shown this once; only its SHA-256 is stored.",
  })
  secret!: string | null;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}

@InputType({ description: "An access token of the viewer to end." })
export class RevokeAccessTokenInput {
  @Field(() => ID, { description: "As in `AccessToken.id`." })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: "Whether the token was ended." })
export class RevokeAccessTokenPayload {
  @Field(() => Boolean, { description: "True when the token worked until now. What it has made is ended with it." })
  revoked!: boolean;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}
