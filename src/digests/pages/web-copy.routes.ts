import type { FastifyInstance } from "fastify";
import { ROUTE_POINTS } from "../../http/route-prices";
import type { DigestActions } from "./actions";
import { refuseLink } from "./manage.routes";
import { sendHtml } from "./reply";
import type { WithToken } from "./request";

/** A mail brings its own styles, and no more: no scripts, no forms, nothing from elsewhere; links open. */
export const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** An issue as it was mailed, for whom their mail program shows it badly. */
export function serveWebCopies(scope: FastifyInstance, actions: DigestActions): void {
  const config = { points: ROUTE_POINTS.digest };
  scope.get<WithToken>("/digest/issues/:token", { config }, async ({ params: { token } }, reply) => {
    const copy = await actions.webCopy(token);
    if (copy === null) return refuseLink(reply, await actions.find(token), token);
    reply.header("content-security-policy", `${MAIL_POLICY}; frame-ancestors 'none'`);
    return sendHtml(reply, copy);
  });
}
