import type { FastifyInstance } from "fastify";
import { ROUTE_POINTS } from "./route-prices";

const FREE = { config: { points: ROUTE_POINTS.none } };
/** So long a good answer is good for all that ask: whoever asks without end costs the database no more than that. */
const READY_MS = 500;

/**
 * /healthz: the process runs. /readyz: it can serve reads, so send requests here; 503 while no
 * database answers, or when the process is about to end. A primary that is away
 * while a replica answers is no reason to turn readers away.
 */
export function serveHealth(server: FastifyInstance, isReady: () => Promise<boolean>, isEnding: () => boolean): void {
  let last = { at: Number.NEGATIVE_INFINITY, ready: Promise.resolve(false) };
  server.get("/healthz", FREE, (_, reply) => reply.header("cache-control", "no-store").send({ status: "ok" }));
  server.get("/readyz", FREE, async (_, reply) => {
    if (performance.now() >= last.at + READY_MS) {
      const asked = { at: performance.now(), ready: isReady().catch(() => false) };
      last = asked;
      // That it is back is seen at once; until an answer is there all wait for the same one.
      void asked.ready.then((ready) => {
        if (!ready) asked.at = Number.NEGATIVE_INFINITY;
      });
    }
    const ready = !isEnding() && (await last.ready);
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ready" : "not ready" });
  });
}
