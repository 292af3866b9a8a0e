import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connections that are owed a response. Requests of one connection are answered in order. */
export interface PendingResponses {
  /** Whether a request that has arrived in full is being answered, or waits for an earlier one. */
  isResponding(socket: Socket): boolean;
  /** Calls back once all requests of a connection are answered: at once if none is pending, never if the connection is lost. */
  whenIdle(socket: Socket, then: () => void): void;
}

/** Tracks a server's responses. It does not listen for their ends: every request would pay for a question that is rare. */
export function trackResponses(server: Server): PendingResponses {
  // The last response of each connection.
  const pending = new WeakMap<Socket, ServerResponse>();
  // By the request's socket: a pipelined request's response has no socket before the earlier responses are sent.
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    pending.set(socket, response);
  });
  const isResponding = (socket: Socket) => {
    const response = pending.get(socket);
    if (response === undefined || response.writableFinished || response.closed) return false;
    return response.req.complete || response.headersSent;
  };
  return {
    isResponding,
    whenIdle(socket, then) {
      if (!isResponding(socket)) return then();
      pending.get(socket)!.once("close", () => {
        if (!socket.destroyed && socket.writable) then();
      });
    },
  };
}
