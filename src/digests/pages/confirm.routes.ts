import type { FastifyInstance, FastifyReply } from "fastify";
import { maskAddress } from "../subscriptions/address";
import type { DigestActions, TokenInfo } from "./actions";
import { confirmedPage, confirmPage } from "./confirm.page";
import { links } from "./links";
import { problems } from "./problem.page";
import { sendPage } from "./reply";
import { consentOf, type WithToken } from "./request";

const URL = "/digest/confirm/:token";

/** A page with one button. A GET confirms nothing, as mail scanners open every link. */
export function serveConfirming(scope: FastifyInstance, actions: DigestActions): void {
  scope.get<WithToken>(URL, async ({ params: { token } }, reply) => {
    const found = await actions.find(token);
    if (!found || !isOpen(found)) return refuseToken(reply, found);
    return sendPage(reply, 200, confirmPage(maskAddress(found.subscription.email)));
  });
  scope.post<WithToken>(URL, async (request, reply) => {
    const { token } = request.params;
    const { managementToken, problem } = await actions.confirm(token, consentOf(request));
    if (problem) return refuseToken(reply, await actions.find(token));
    return sendPage(reply, 200, confirmedPage(managementToken && links.manage(managementToken)));
  });
}

function isOpen({ purpose, isUsed, isExpired }: TokenInfo): boolean {
  return purpose === "CONFIRM" && !isUsed && !isExpired;
}

function refuseToken(reply: FastifyReply, found: TokenInfo | null): FastifyReply {
  if (found?.purpose !== "CONFIRM") return sendPage(reply, 404, problems.unknownToken);
  return sendPage(reply, 410, found.isUsed ? problems.usedToken : problems.expiredToken);
}
