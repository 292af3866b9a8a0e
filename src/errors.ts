import { GraphQLError } from "graphql";

/** The caller's mistake: `argument` names what is wrong, the message says what would be right. */
export function badUserInput(argument: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", argument } });
}
