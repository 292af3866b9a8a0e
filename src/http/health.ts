import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Admission } from "../admission/admission";
import { ROUTE_POINTS } from "./route-costs";

/** Points are consumed here: an orchestrator must get a response even when its address has no points left. */
const UNCOUNTED = { config: { points: ROUTE_POINTS.none } };
/** How long one positive result is reused: a flood of requests costs the database no more than one check in this time. */
const READY_MS = 500;
/** Delay for an address without points, so that many connections from it leave time for others. */
const PAUSE_MS = 250;

export interface HealthOptions {
  admission: Admission;
  isReady: () => Promise<boolean>;
  isEnding: () => boolean;
}

/**
 * /healthz: the process runs. /readyz: it can serve reads; 503 while no database answers, or when the process is about to
 * stop. A missing primary does not make it unready while a replica answers. Both cost a point, but are never refused.
 */
export function serveHealth(server: FastifyInstance, { admission, isReady, isEnding }: HealthOptions): void {
  let last = { at: Number.NEGATIVE_INFINITY, ready: Promise.resolve(false) };
  const pay = ({ ip: address = "" }: FastifyRequest) =>
    admission.consume({ address }, ROUTE_POINTS.memory).catch(() => sleep(PAUSE_MS));
  server.get("/healthz", UNCOUNTED, async (request, reply) => {
    await pay(request);
    return reply.header("cache-control", "no-store").send({ status: "ok" });
  });
  server.get("/readyz", UNCOUNTED, async (request, reply) => {
    await pay(request);
    if (performance.now() >= last.at + READY_MS) {
      const asked = { at: performance.now(), ready: isReady().catch(() => false) };
      last = asked;
      // A negative result is not reused, so that recovery shows at once; requests during a check share it.
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
