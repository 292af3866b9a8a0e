import type { FastifyInstance } from "fastify";
import { networkOf } from "../gate/counters";

interface Waiting {
  isGone: () => boolean;
  start: () => void;
}

/**
 * Requests that were sent behind others without waiting for their answers: thousands arrive at once, and even to refuse
 * them takes long. One of a network begins in each turn of the event loop, so that others are answered in between.
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
    // Node gives an answer its socket once those before it have gone out.
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
