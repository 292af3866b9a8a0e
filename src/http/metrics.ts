import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { ROUTE_POINTS } from "./route-prices";

/** Serves what was measured at /metrics, in Prometheus' text format; to bearers of the token alone, if there is one. */
export function serveMetrics(server: FastifyInstance, registry: Registry, token: string | null): void {
  server.get("/metrics", { config: { points: ROUTE_POINTS.read } }, async (request, reply) => {
    if (token !== null && !isBearerOf(token, request.headers.authorization)) {
      return reply.code(401).send({ message: "Send the METRICS_TOKEN as a bearer token." });
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** A server of its own for /metrics, on a port that the outside does not reach; to bearers of the token, if there is one. */
export function createMetricsServer(registry: Registry, token: string | null): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  serveMetrics(server, registry, token);
  return server;
}

function isBearerOf(token: string, header = ""): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(header), hash(`Bearer ${token}`));
}
