import type { FastifyInstance } from "fastify";
import type { Admission } from "../admission/admission";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Points that a request costs before it is read; by default those of a response from memory. */
    points?: number;
  }
}

/** Points of a route by its work; a point is some hundredths of a millisecond. */
export const ROUTE_POINTS = {
  /** For routes that consume points themselves. */
  none: 0,
  memory: 1,
  page: 20,
  /** A page that reads the database. */
  read: 100,
  /** A message of an agent, beside its operation: the protocol's library takes a millisecond or two for each. */
  message: 200,
  /** A page that writes, on the connections that votes need. */
  write: 500,
  /** Composes a whole digest. */
  digest: 2000,
} as const;

/** Lets every request consume its route's points from its address, before any other work. */
export function consumeRoutePoints(server: FastifyInstance, admission: Admission): void {
  server.addHook("onRequest", ({ routeOptions: { config }, ip: address = "" }, _, done) => {
    const { points = ROUTE_POINTS.memory } = config;
    if (points === 0) return done();
    admission.consume({ address }, points).then(() => done(), done);
  });
}
