import "reflect-metadata";
import { GraphQLError } from "graphql";
import { Field, ObjectType, registerEnumType } from "type-graphql";

export enum UserErrorCode {
  INVALID = "INVALID",
  NOT_FOUND = "NOT_FOUND",
  TOKEN_EXPIRED = "TOKEN_EXPIRED",
  TOKEN_INVALID = "TOKEN_INVALID",
  LIMIT_REACHED = "LIMIT_REACHED",
  NOT_ALLOWED = "NOT_ALLOWED",
}

registerEnumType(UserErrorCode, {
  name: "UserErrorCode",
  description: "Why a mutation did not do what was asked; stable, for programs to tell cases apart.",
  valuesConfig: {
    INVALID: { description: "A value in the input is wrong; the message says what would be right." },
    NOT_FOUND: { description: "What the input names does not exist (any more)." },
    TOKEN_EXPIRED: { description: "The token was valid and has expired: request a new one." },
    TOKEN_INVALID: { description: "The token is unknown or already used." },
    LIMIT_REACHED: { description: "Too many already; try again later or remove some." },
    NOT_ALLOWED: { description: "The viewer may not do this." },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: "A mistake that a person can correct. The mutation changed nothing for the part of the input at `path`.",
})
export class UserError {
  @Field(() => String, { description: "Safe to show to a person." })
  message!: string;

  @Field(() => UserErrorCode, { description: "What kind of mistake it is." })
  code!: UserErrorCode;

  @Field(() => [String], { nullable: true, description: "Path into the arguments, e.g. [input, paperId]." })
  path?: string[];
}

export function userError(code: UserErrorCode, message: string, ...path: string[]): UserError {
  return { code, message, path };
}

/** What was thrown of an argument as BAD_USER_INPUT, at its place below `path`; anything else is thrown again. */
export function asUserError(thrown: unknown, ...path: string[]): UserError {
  if (!(thrown instanceof GraphQLError) || thrown.extensions.code !== "BAD_USER_INPUT") throw thrown;
  return userError(UserErrorCode.INVALID, thrown.message, ...path, ...String(thrown.extensions.argument).split("."));
}
