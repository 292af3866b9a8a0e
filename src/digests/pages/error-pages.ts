import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { GraphQLError } from "graphql";
import { clientErrorOf } from "../../db/postgres-errors";
import { responseHeadOf } from "../../http/error-status";
import { logFailure } from "../../http/mask-error";
import type { Log } from "../../log";
import { busyPage, failurePage, problems, tooManyPage } from "./problem.page";
import { sendPage } from "./reply";

/** For errors that do not say when to try again. */
const RETRY_SECONDS = 60;

/** Responds to errors with pages; unexpected ones are logged without the URL, which may hold a token. */
export function refuseWithPage(log: Log) {
  return (error: FastifyError | GraphQLError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof GraphQLError) return refuseKnown(error, reply);
    const status = (error as FastifyError).statusCode ?? 500;
    // A connection that the client broke off must not be taken for a lost database.
    const failure = status < 500 ? null : clientErrorOf(error);
    if (failure) {
      logFailure(log, String(failure.extensions.code), { requestId: request.id, err: error });
      return refuseKnown(failure, reply);
    }
    if (status === 413) return sendPage(reply, status, problems.tooLong);
    if (status < 500) return sendPage(reply, status, problems.badRequest);
    log.error({ requestId: request.id, err: error }, "A page failed");
    return sendPage(reply, 500, failurePage(request.id));
  };
}

function refuseKnown({ extensions }: GraphQLError, reply: FastifyReply): FastifyReply {
  const status = responseHeadOf(extensions)?.status ?? 400;
  if (status < 429) return sendPage(reply, 400, problems.badRequest);
  const seconds = typeof extensions.retryAfter === "number" ? extensions.retryAfter : RETRY_SECONDS;
  reply.header("retry-after", seconds);
  return sendPage(reply, status, status === 429 ? tooManyPage(seconds) : busyPage(seconds));
}
