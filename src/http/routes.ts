import type { FastifyInstance, FastifyRequest } from "fastify";
import { badUserInput } from "../graphql/errors";

declare module "fastify" {
  interface FastifyInstance {
    /** The methods of the routes at a path, as the header Allow lists them; empty where there is no route. */
    methodsAt(url: string): string[];
  }
  interface FastifyContextConfig {
    /** Whether the route only says that there is nothing at its paths. */
    isCatchAll?: boolean;
  }
}

/** Adds `methodsAt` to a server. */
export function knowRoutes(server: FastifyInstance): void {
  const routes: { path: RegExp; methods: string[] }[] = [];
  server.addHook("onRoute", ({ url, method, config }) => {
    // The CORS plugin answers OPTIONS everywhere.
    if (method === "OPTIONS" || config?.isCatchAll) return;
    const path = url.replace(/:\w+/g, "[^/]+").replace("*", ".*");
    routes.push({ path: new RegExp(`^${path}$`), methods: [method].flat() });
  });
  server.decorate("methodsAt", (url) => {
    const [path = ""] = url.split("?");
    const methods = routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return methods.length > 0 ? [...new Set(methods), "OPTIONS"] : [];
  });
}

/** Refuses requests without a route before their body is read: 405 where another method is allowed, else 404. */
export function refuseUnrouted(server: FastifyInstance, hasExplorer: boolean): void {
  const explorer = hasExplorer ? ", an explorer at /graphiql" : "";
  const message = `There is nothing at this path. GraphQL is at /graphql, subscriptions also at /graphql/stream${explorer}.`;
  server.addHook("onRequest", (request, reply, done) => {
    if (!request.is404) return done();
    const page = withoutSlash(request);
    if (page !== null) return void reply.redirect(page, 308);
    const allowed = server.methodsAt(request.url);
    if (allowed.length === 0) return done(badUserInput(null, message, 404));
    reply.header("allow", allowed.join(", "));
    const others = allowed.filter((method) => method !== "HEAD" && method !== "OPTIONS");
    done(badUserInput(null, `${request.method} is not allowed here; send ${others.join(" or ")}.`, 405));
  });
}

/** The relative URL of the page without a trailing slash; with the slash, the page's relative links would break. Null if none. */
export function withoutSlash({ method, url, server }: FastifyRequest): string | null {
  const [, path = "", name = "", search = ""] = /^((?:\/[^/?]+)*\/([^/?]+))\/(\?.*)?$/.exec(url) ?? [];
  return server.methodsAt(path).includes(method) ? `../${name}${search}` : null;
}
