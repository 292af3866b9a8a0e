import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { FastifyInstance } from "fastify";

/** What is still being answered, or read by a client, after this long is broken off. */
const PATIENCE_MS = 5000;
const POLL_MS = 20;

/**
 * Ends a server's connections when it closes: at once where nothing is being answered, be it silence or half a request;
 * otherwise when the answer has gone out. Node's own `close` would wait for the silent ones, and not for slow readers.
 */
export function closeGracefully(server: FastifyInstance): void {
  const sockets = new Set<Socket>();
  // The last one of each. Nothing listens to their ends: that would cost each request something, for once that it is asked.
  const answers = new Map<Socket, ServerResponse>();
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      answers.delete(socket);
    });
  });
  // By the request's socket: the answer to one that was sent behind another has none before that one's has gone out.
  server.server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response);
  });
  const isAnswering = (socket: Socket) => {
    const answer = answers.get(socket);
    return answer !== undefined && !answer.writableFinished && !answer.closed;
  };
  server.addHook("preClose", async () => {
    // What has arrived but is not read yet makes its connection look idle: two turns of the event loop read it.
    await turn();
    await turn();
    const end = performance.now() + PATIENCE_MS;
    while ([...sockets].some(isAnswering) && performance.now() < end) {
      for (const socket of sockets) if (!isAnswering(socket)) socket.destroySoon();
      await sleep(POLL_MS);
    }
    for (const socket of sockets) isAnswering(socket) ? socket.destroy() : socket.destroySoon();
  });
}
