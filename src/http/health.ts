import type { FastifyInstance } from "fastify";

/** /healthz: the process runs. /readyz: it can serve, so send requests here; 503 while the database is away or it ends. */
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
