import { createHash, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { bearerChallenge } from "../graphql/errors";
import { ROUTE_POINTS } from "./route-costs";

/** Serves the metrics at /metrics in Prometheus' text format; with a token, only to its bearers. */
export function serveMetrics(server: FastifyInstance, registry: Registry, token: string | null): void {
  server.get("/metrics", { config: { points: ROUTE_POINTS.read } }, async (request, reply) => {
    if (token !== null && !isBearerOf(token, request.headers.authorization)) {
      return reply
        .code(401)
        .header(...bearerChallenge)
        .send({ message: "Send the METRICS_TOKEN as a bearer token." });
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** A separate server for /metrics, for a port that is not public; with a token, only for its bearers. */
export function createMetricsServer(registry: Registry, token: string | null): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true });
  serveMetrics(server, registry, token);
  return server;
}

function isBearerOf(token: string, header = ""): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(header), hash(`Bearer ${token}`));
}
