import type { FastifyInstance } from "fastify";

/** For routes that ignore how a body is labelled: Fastify would refuse a Content-Type that it cannot parse. */
export function forgetHeaders(scope: FastifyInstance, ...names: ("content-type" | "content-encoding")[]): void {
  scope.addHook("onRequest", (request, _, done) => {
    for (const name of names) delete request.headers[name];
    done();
  });
}
