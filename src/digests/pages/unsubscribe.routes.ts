import type { FastifyInstance } from "fastify";
import { ROUTE_POINTS } from "../../http/route-costs";
import { DigestStatus } from "../digest.types";
import { maskAddress } from "../subscriptions/address";
import type { DigestActions } from "./actions";
import { links } from "./links";
import { problems } from "./problem.page";
import { sendPage } from "./reply";
import { consentOf, type WithToken } from "./request";
import { resubscribedPage, unsubscribedPage, unsubscribePage } from "./unsubscribe.page";

const URL = "/digest/unsubscribe/:token";

/** A page with one button, which mail programs press too (RFC 8058): they send any body or none, and no cookies. */
export function serveUnsubscribing(scope: FastifyInstance, actions: DigestActions): void {
  scope.get<WithToken>(URL, async ({ params: { token } }, reply) => {
    const found = await actions.find(token);
    if (found?.purpose !== "MANAGE") return sendPage(reply, 404, problems.unknownToken);
    const { subscription, mayManage, mayUndo } = found;
    if (subscription.status === DigestStatus.UNSUBSCRIBED)
      return sendPage(reply, 200, unsubscribedPage(token, mayUndo));
    return sendPage(reply, 200, unsubscribePage(token, maskAddress(subscription.email), mayManage));
  });
  // A mail service unsubscribes all its users from a few network addresses, so this is as cheap as a read.
  scope.post<WithToken>(URL, { config: { points: ROUTE_POINTS.read } }, async ({ params: { token } }, reply) => {
    const ended = await actions.unsubscribe(token);
    if (!ended) return sendPage(reply, 404, problems.unknownToken);
    return sendPage(reply, 200, unsubscribedPage(token, ended.mayUndo));
  });
}

/** Undoes unsubscribing. */
export function serveResubscribing(scope: FastifyInstance, actions: DigestActions): void {
  // For a reader who opens the URL of the response again.
  scope.get<WithToken>("/digest/resubscribe/:token", ({ params: { token } }, reply) => {
    return reply.redirect(links.manage(token), 303);
  });
  scope.post<WithToken>("/digest/resubscribe/:token", async (request, reply) => {
    const { token } = request.params;
    const isDone = await actions.resubscribe(token, consentOf(request));
    return isDone ? sendPage(reply, 200, resubscribedPage(token)) : sendPage(reply, 404, problems.cannotUndo);
  });
}
