import type { FastifyError } from "fastify";
import { GraphQLError } from "graphql";
import type { Limits } from "../config/limits";
import { asGraphQLError, badUserInput } from "../graphql/errors";

const JSON_ONLY =
  'The body must be JSON, {"query": "...", "variables": {...}}, and the header content-type: application/json.';

const NOT_JSON =
  'The body is not valid JSON, or has a key that is not accepted: "__proto__", or "prototype" in "constructor".';

/** What was thrown, such as an error of Fastify's or of a hook, as a GraphQL error. */
export function asRefusal(thrown: unknown, limits: Limits): GraphQLError {
  const error = thrown as FastifyError;
  const { statusCode = 500 } = error;
  if (thrown instanceof GraphQLError || statusCode >= 500) return asGraphQLError(thrown);
  // RFC 9110, 15.5.16: a 415 may name the media types that are accepted.
  const headers = statusCode === 415 ? { accept: "application/json" } : undefined;
  return badUserInput("body", messageOf(error, limits), statusCode, headers);
}

function messageOf({ code, message }: FastifyError, { MAX_BODY_BYTES }: Limits): string {
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return `The body may have at most ${MAX_BODY_BYTES} bytes.`;
  if (code === "FST_ERR_CTP_INVALID_JSON_BODY") return NOT_JSON;
  return code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" ? JSON_ONLY : message;
}
