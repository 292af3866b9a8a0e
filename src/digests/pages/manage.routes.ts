import type { FastifyInstance } from "fastify";
import type { DigestSubscription } from "../subscription.entity";
import type { DigestActions } from "./actions";
import { formOf } from "./bodies";
import { readChanges, valuesOf, valuesSent } from "./manage.form";
import { managePage, NEWS } from "./manage.page";
import { problems } from "./problem.page";
import { sendPage } from "./reply";
import type { WithToken } from "./request";

const URL = "/digest/manage/:token";

/** Shows a subscription, changes it, pauses and resumes it. */
export function serveManaging(scope: FastifyInstance, actions: DigestActions): void {
  scope.get<WithToken & { Querystring: { done?: string } }>(URL, async ({ params: { token }, query }, reply) => {
    const subscription = await findManaged(actions, token);
    if (!subscription) return sendPage(reply, 404, problems.unknownToken);
    const form = { values: valuesOf(subscription), errors: [] };
    return sendPage(reply, 200, managePage(token, subscription, form, NEWS.get(String(query.done))));
  });
  scope.post<WithToken>(URL, async (request, reply) => {
    const { token } = request.params;
    const subscription = await findManaged(actions, token);
    if (!subscription) return sendPage(reply, 404, problems.unknownToken);
    const body = formOf(request);
    const read = readChanges(body);
    if (!read) return sendPage(reply, 400, problems.badRequest);
    const errors = read.errors.length > 0 ? read.errors : (await actions.update(token, read.changes)).errors;
    // Shown by a GET of its own: reloading the page does not send the form again.
    if (errors.length === 0) return reply.redirect(`?done=${read.news}`, 303);
    return sendPage(reply, 422, managePage(token, subscription, { values: valuesSent(subscription, body), errors }));
  });
}

/** The subscription that a token manages; null for a token of another kind. */
export async function findManaged(actions: DigestActions, token: string): Promise<DigestSubscription | null> {
  const found = await actions.find(token);
  return found?.purpose === "MANAGE" && !found.isExpired ? found.subscription : null;
}
