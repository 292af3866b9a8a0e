import type { FastifyInstance, RouteHandlerMethod, RouteOptions } from "fastify";
import { named } from "../../http/named";
import { ROUTE_POINTS } from "../../http/route-costs";
import { withoutSlash } from "../../http/routes";
import type { Log } from "../../log";
import type { DigestActions } from "./actions";
import { ignoreBodies, takeForms } from "./bodies";
import { serveConfirming } from "./confirm.routes";
import { refuseWithPage } from "./error-pages";
import { serveManaging } from "./manage.routes";
import { problems } from "./problem.page";
import { preparePages, sendPage } from "./reply";
import { serveSubscribing } from "./subscribe.routes";
import { serveResubscribing, serveUnsubscribing } from "./unsubscribe.routes";
import { serveWebCopies } from "./web-copy.routes";

/** The settings that all pages share. */
export interface Site {
  siteName: string;
  log: Log;
}

/** The pages that links in mails open, and the form for subscribing; they work without scripts. */
export function serveDigestPages(server: FastifyInstance, actions: DigestActions, site: Site): void {
  servePages(server, site, (scope) => {
    takeForms(scope);
    serveSubscribing(scope, actions);
    serveConfirming(scope, actions);
    serveManaging(scope, actions);
    serveResubscribing(scope, actions);
    serveWebCopies(scope, actions);
  });
  // In their own scope, as they accept any body.
  servePages(server, site, (scope) => {
    ignoreBodies(scope);
    serveUnsubscribing(scope, actions);
    const noPage: RouteHandlerMethod = (request, reply) => {
      const page = withoutSlash(request);
      if (page !== null) return reply.redirect(page, 308);
      const allowed = scope.methodsAt(request.url);
      if (allowed.length === 0) return sendPage(reply, 404, problems.noPage);
      return sendPage(reply.header("allow", allowed.join(", ")), 405, problems.noForm);
    };
    const config = { isCatchAll: true };
    scope.get("/digest/*", { config }, noPage).post("/digest/*", { config }, noPage);
  });
}

/** Registers routes in a scope with its own headers, errors and bodies. */
export function servePages(
  server: FastifyInstance,
  { siteName, log }: Site,
  serve: (scope: FastifyInstance) => void,
): void {
  server.register(
    named("digest-pages", async (scope) => {
      scope.addHook("onRoute", (route) => {
        route.config = { points: pointsOf(route), ...route.config };
      });
      preparePages(scope, siteName);
      scope.setErrorHandler(refuseWithPage(log));
      serve(scope);
    }),
  );
}

/** A POST costs a write, a page behind a token a read. */
function pointsOf({ method, url }: Pick<RouteOptions, "method" | "url">): number {
  if (method === "POST" && !url.includes("*")) return ROUTE_POINTS.write;
  return url.includes(":") ? ROUTE_POINTS.read : ROUTE_POINTS.page;
}
