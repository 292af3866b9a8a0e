import type { FastifyInstance, RouteHandlerMethod, RouteOptions } from "fastify";
import { ROUTE_POINTS } from "../../http/route-prices";
import type { Log } from "../../log";
import type { DigestActions } from "./actions";
import { ignoreBodies, takeForms } from "./bodies";
import { serveConfirming } from "./confirm.routes";
import { serveManaging } from "./manage.routes";
import { problems } from "./problem.page";
import { refuseWithPage } from "./refuse";
import { guardPages, sendPage } from "./reply";
import { serveSubscribing } from "./subscribe.routes";
import { serveResubscribing, serveUnsubscribing } from "./unsubscribe.routes";
import { serveWebCopies } from "./web-copy.routes";

/** The pages that links in mails open, and the form to subscribe by; they work without scripts. */
export function serveDigestPages(server: FastifyInstance, actions: DigestActions, log: Log): void {
  servePages(server, log, (scope) => {
    takeForms(scope);
    serveSubscribing(scope, actions);
    serveConfirming(scope, actions);
    serveManaging(scope, actions);
    serveResubscribing(scope, actions);
    serveWebCopies(scope, actions);
  });
  // In a scope of their own, as they take any body.
  servePages(server, log, (scope) => {
    ignoreBodies(scope);
    serveUnsubscribing(scope, actions);
    const noPage: RouteHandlerMethod = (_, reply) => sendPage(reply, 404, problems.noPage);
    scope.get("/digest/*", noPage).post("/digest/*", noPage);
  });
}

/** Routes of their own headers, errors and bodies, which the rest of the server does not share. */
export function servePages(server: FastifyInstance, log: Log, serve: (scope: FastifyInstance) => void): void {
  server.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.config = { points: pointsOf(route), ...route.config };
    });
    guardPages(scope);
    scope.setErrorHandler(refuseWithPage(log));
    serve(scope);
  });
}

/** What is posted is written, and what a token opens is read. */
function pointsOf({ method, url }: Pick<RouteOptions, "method" | "url">): number {
  if (method === "POST" && !url.includes("*")) return ROUTE_POINTS.write;
  return url.includes(":") ? ROUTE_POINTS.read : ROUTE_POINTS.page;
}
