import type { FastifyInstance } from "fastify";
import type { Gate } from "../gate/gate";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Points that a request costs before it is looked at; a route that does not say is answered from memory. */
    points?: number;
  }
}

/** Points of what is answered, by the work that it is: some hundredths of a millisecond for each. */
export const ROUTE_POINTS = {
  /** Orchestrators must be answered; and operations have prices of their own. */
  none: 0,
  memory: 1,
  page: 20,
  /** A page that reads the database. */
  read: 100,
  /** One that changes something, on the connections that votes need. */
  write: 500,
  /** A whole digest is made. */
  digest: 2000,
} as const;

/** Charges every request to its address before anything is done for it, with what its route costs. */
export function chargeRoutes(server: FastifyInstance, gate: Gate): void {
  server.addHook("onRequest", async ({ routeOptions: { config }, ip: address = "" }) => {
    const { points = ROUTE_POINTS.memory } = config;
    if (points > 0) await gate.charge({ address }, points);
  });
}
