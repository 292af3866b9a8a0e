import type { FastifyInstance } from "fastify";
import type { DigestActions } from "./actions";
import { formOf } from "./bodies";
import { readForm } from "./read-form";
import { sendPage } from "./reply";
import { consentOf } from "./request";
import { emptyForm, inboxPage, subscribeForm, subscribePage } from "./subscribe.page";

/** The form for subscribing, and its action. */
export function serveSubscribing(scope: FastifyInstance, actions: DigestActions): void {
  scope.get("/digest", (_, reply) => sendPage(reply, 200, subscribePage(emptyForm)));
  scope.post("/digest", async (request, reply) => {
    const body = formOf(request);
    const { form, errors: unread } = readForm(subscribeForm, body);
    const errors = form ? (await actions.subscribe(form, consentOf(request))).errors : unread;
    if (form && errors.length === 0) return sendPage(reply, 200, inboxPage(form.email));
    const values = { ...emptyForm.values, ...Object.fromEntries(body) };
    return sendPage(reply, 422, subscribePage({ values, errors }));
  });
}
