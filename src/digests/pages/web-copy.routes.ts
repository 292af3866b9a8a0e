import type { FastifyInstance } from "fastify";
import { ROUTE_POINTS } from "../../http/route-costs";
import type { DigestActions } from "./actions";
import { refuseLink } from "./manage.routes";
import { sendHtml } from "./reply";
import type { WithToken } from "./request";

/** Allows a mail its own styles and links, and nothing else: no scripts, no forms, nothing from elsewhere. */
export const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** A digest as it was mailed, for readers whose mail program shows it badly. */
export function serveWebCopies(scope: FastifyInstance, actions: DigestActions): void {
  const config = { points: ROUTE_POINTS.digest };
  scope.get<WithToken>("/digest/issues/:token", { config }, async ({ params: { token } }, reply) => {
    const copy = await actions.webCopy(token);
    if (copy === null) return refuseLink(reply, await actions.find(token), token);
    reply.header("content-security-policy", `${MAIL_POLICY}; frame-ancestors 'none'`);
    return sendHtml(reply, copy);
  });
}
