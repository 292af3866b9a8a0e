import type { FastifyInstance } from "fastify";
import { networkOf } from "../admission/client-network";

interface Waiting {
  isGone: () => boolean;
  start: () => void;
}

/**
 * Starts one pipelined request of a network in each cycle of the event loop, so that others are answered in between:
 * thousands can arrive at once, and even refusing them takes long.
 */
export function takePipelinedInTurns(server: FastifyInstance): void {
  const lines = new Map<string, Waiting[]>();

  function serve(network: string, line: Waiting[]): void {
    let next = line.shift();
    while (next?.isGone()) next = line.shift();
    if (!next) {
      lines.delete(network);
      return;
    }
    setImmediate(serve, network, line);
    next.start();
  }

  server.addHook("onRequest", (request, reply, done) => {
    // Node assigns a response its socket once the earlier ones are sent: a request without one is pipelined.
    if (reply.raw.socket !== null) return done();
    const { socket } = request.raw;
    const waiting = { isGone: () => socket.destroyed, start: done };
    const network = networkOf(request.ip ?? "");
    const line = lines.get(network);
    if (line) {
      line.push(waiting);
      return;
    }
    const first = [waiting];
    lines.set(network, first);
    setImmediate(serve, network, first);
  });
}
