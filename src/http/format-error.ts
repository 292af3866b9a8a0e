import { randomUUID } from "node:crypto";
import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError } from "graphql";

/** PostgreSQL refuses NUL in text, whatever the argument was. */
const INVALID_TEXT = "22021";

/**
 * What a client is told of an error. Expected errors (a GraphQLError with a code) pass as they are; anything else is
 * logged in full and answered "Internal server error" with a requestId that finds it in the log.
 */
export function formatError(log: (line: object, message: string) => void) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    if (isPostgresError(cause, INVALID_TEXT)) {
      return {
        ...formatted,
        message: "Text must not contain the NUL character (\\u0000).",
        extensions: { code: "BAD_USER_INPUT" },
      };
    }
    const expected = cause instanceof GraphQLError && formatted.extensions?.code !== "INTERNAL_SERVER_ERROR";
    if (expected) return formatted;
    const requestId = randomUUID();
    log({ requestId, path: formatted.path, err: cause }, "request failed");
    return {
      message: "Internal server error",
      locations: formatted.locations,
      path: formatted.path,
      extensions: { code: "INTERNAL_SERVER_ERROR", requestId },
    };
  };
}

function isPostgresError(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
