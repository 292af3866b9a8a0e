import { Field, ID, InputType, ObjectType } from "type-graphql";
import { DateTimeScalar } from "../graphql/scalars";
import { UserError } from "../graphql/user-error.type";
import { AccessToken, AccessTokenScope } from "./access-token.entity";

@InputType({ description: "A new access token of the viewer." })
export class CreateAccessTokenInput {
  @Field(() => String, { description: "Its name, e.g. that of the program that will use it: 1 to 100 characters." })
  name!: string;

  @Field(() => [AccessTokenScope], { description: "What it may do: only scopes of the token that creates it." })
  scopes!: AccessTokenScope[];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it expires: in the future, and not after the token that creates it. Null: never, which a token that itself expires cannot grant.",
  })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: "The new token, or why there is none." })
export class CreateAccessTokenPayload {
  @Field(() => AccessToken, { nullable: true, description: "The token; null when userErrors tells why there is none." })
  accessToken!: AccessToken | null;

  @Field(() => String, {
    nullable: true,
    description:
      'To be sent in the header Authorization, after "Bearer ". Shown only this once; only its SHA-256 is stored.',
  })
  secret!: string | null;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}

@InputType({ description: "An access token of the viewer to revoke." })
export class RevokeAccessTokenInput {
  @Field(() => ID, { description: "As in `AccessToken.id`." })
  id!: string;
}

@ObjectType({ simpleResolvers: true, description: "Whether the token was revoked." })
export class RevokeAccessTokenPayload {
  @Field(() => Boolean, {
    description: "True when the token worked until now. The tokens that it created are revoked with it.",
  })
  revoked!: boolean;

  @Field(() => [UserError], { description: "What a person can correct; empty on success." })
  userErrors!: UserError[];
}
