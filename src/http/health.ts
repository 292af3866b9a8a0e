import type { FastifyInstance } from "fastify";

/**
 * /healthz: the process runs. /readyz: it can serve reads, so send requests here; 503 while no
 * database answers, or when the process is about to end. A primary that is away
 * while a replica answers is no reason to turn readers away.
 */
export function serveHealth(server: FastifyInstance, isReady: () => Promise<boolean>): void {
  server.get("/healthz", (_, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  server.get("/readyz", async (_, reply) => {
    const ready = await isReady().catch(() => false);
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ready" : "not ready" });
  });
}
