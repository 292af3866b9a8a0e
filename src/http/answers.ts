import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What connections are being answered. Requests of one connection are answered one behind the other. */
export interface Answers {
  /** Whether a request that has arrived whole is being answered, or waits for the one before it. */
  isAnswering(socket: Socket): boolean;
  /** Calls back once all requests that a connection has sent are answered: at once where none waits, never when it is lost. */
  whenAnswered(socket: Socket, then: () => void): void;
}

/** Follows a server's answers. Nothing listens to their ends: that would cost each request something, for once that it is asked. */
export function followAnswers(server: Server): Answers {
  // The last one of each.
  const answers = new WeakMap<Socket, ServerResponse>();
  // By the request's socket: the answer to one that was sent behind another has none before that one's has gone out.
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response);
  });
  const isAnswering = (socket: Socket) => {
    const answer = answers.get(socket);
    if (answer === undefined || answer.writableFinished || answer.closed) return false;
    return answer.req.complete || answer.headersSent;
  };
  return {
    isAnswering,
    whenAnswered(socket, then) {
      if (!isAnswering(socket)) return then();
      answers.get(socket)!.once("close", () => {
        if (!socket.destroyed && socket.writable) then();
      });
    },
  };
}
