import type { FastifyInstance, FastifyReply } from "fastify";
import type { DigestActions, TokenInfo } from "./actions";
import { formOf } from "./bodies";
import { readChanges, valuesOf, valuesSent } from "./manage.form";
import { END_LINKS, managePage, NEWS } from "./manage.page";
import { endedLinkPage, problems } from "./problem.page";
import { sendPage } from "./reply";
import type { WithToken } from "./request";

const URL = "/digest/manage/:token";

/** Shows a subscription, changes it, pauses and resumes it. */
export function serveManaging(scope: FastifyInstance, actions: DigestActions): void {
  scope.get<WithToken & { Querystring: { done?: string } }>(URL, async ({ params: { token }, query }, reply) => {
    const found = await actions.find(token);
    if (!found?.mayManage) return refuseLink(reply, found, token);
    const { subscription } = found;
    const form = { values: valuesOf(subscription), errors: [] };
    const near = await actions.titlesNear(subscription);
    return sendPage(reply, 200, managePage(token, { subscription, near }, form, NEWS.get(String(query.done))));
  });
  scope.post<WithToken>(URL, async (request, reply) => {
    const { token } = request.params;
    const found = await actions.find(token);
    if (!found?.mayManage) return refuseLink(reply, found, token);
    const { subscription } = found;
    const body = formOf(request);
    if (body.get("action") === END_LINKS) {
      await actions.endOtherLinks(token);
      return reply.redirect("?done=ended", 303);
    }
    const read = readChanges(body);
    if (!read) return sendPage(reply, 400, problems.badRequest);
    const errors = read.errors.length > 0 ? read.errors : (await actions.update(token, read.changes)).errors;
    // The result is shown by a separate GET, so that reloading the page does not send the form again.
    if (errors.length === 0) return reply.redirect(`?done=${read.news}`, 303);
    const near = await actions.titlesNear(subscription);
    const form = { values: valuesSent(subscription, body), errors };
    return sendPage(reply, 422, managePage(token, { subscription, near }, form));
  });
}

/** Responds to a link that does not, or no longer, open its subscription's page. */
export function refuseLink(reply: FastifyReply, found: TokenInfo | null, token: string): FastifyReply {
  if (found?.purpose !== "MANAGE" || found.mayManage) return sendPage(reply, 404, problems.unknownToken);
  return sendPage(reply, 410, endedLinkPage(token));
}
