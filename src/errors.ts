import { GraphQLError } from "graphql";

/** The caller's mistake: `argument` names what is wrong, if that is known; the message says what would be right. */
export function badUserInput(argument: string | null, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "BAD_USER_INPUT", ...(argument !== null && { argument }) } });
}

/** Who asks is not known, and has to be. */
export function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED" } });
}

/** What the request presented is not good: nothing of it is done, and the HTTP status says so too. */
export function badCredentials(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED", http: { status: 401 } } });
}

/** Who asks is known, and may not. */
export function forbidden(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "FORBIDDEN" } });
}

/** Too much was asked in too little time; `retryAfter` is in seconds. */
export function rateLimited(message: string, retryAfter: number, details: object = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "RATE_LIMITED", retryAfter, ...details } });
}

/** Anything that was thrown, as an error of an answer; what is unexpected gets masked. */
export function asGraphQLError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  return new GraphQLError("", { originalError: thrown instanceof Error ? thrown : new Error(String(thrown)) });
}

/** What an answer needs is away for now. `retryAfter` is in seconds. */
export function serviceUnavailable(message: string, cause?: Error, retryAfter = 2): GraphQLError {
  return new GraphQLError(message, {
    originalError: cause,
    extensions: { code: "SERVICE_UNAVAILABLE", retryAfter },
  });
}

/** The work was given up: it took too long. A change that was under way may have been made; repeating it is safe. */
export function timedOut(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "TIMEOUT" } });
}
