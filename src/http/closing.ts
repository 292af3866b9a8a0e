import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Answers } from "./answers";

/** What is still being answered, or read by a client, after this long is broken off. */
const PATIENCE_MS = 5000;
/**
 * What was sent before may still be on its way, or not read yet: so long a connection over which nothing has come may not
 * be taken for idle.
 */
const QUIET_MS = 100;
/** Longer than this nobody keeps a connection by half a request. */
const UNFINISHED_MS = 1000;
const POLL_MS = 20;

/**
 * Ends a server's connections when it closes: where nothing is being answered, be it silence or half a request, after a
 * moment without another byte; otherwise when the answer has gone out. Node's own `close` would wait for the silent ones,
 * and not for slow readers.
 */
export function closeGracefully(server: FastifyInstance, { isAnswering }: Answers): void {
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    // One that has offered an upgrade is told of once more.
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.addHook("preClose", async () => {
    const start = performance.now();
    const seen = new Map<Socket, Seen>();
    for (let now = start; sockets.size > 0 && now < start + PATIENCE_MS; now = performance.now()) {
      for (const socket of sockets) {
        if (isAnswering(socket)) seen.delete(socket);
        else if (isOver(socket, seen, now)) socket.destroySoon();
      }
      await sleep(POLL_MS);
    }
    for (const socket of sockets) socket.destroy();
  });
}

interface Seen {
  /** When it was first seen without an answer under way. */
  from: number;
  bytes: number;
  /** Since when it has so many. */
  since: number;
}

/** Whether nothing more is to be expected of a connection over which nothing is being answered. */
function isOver(socket: Socket, seen: Map<Socket, Seen>, now: number): boolean {
  const { bytesRead: bytes } = socket;
  const last = seen.get(socket);
  if (last?.bytes === bytes) return now >= last.since + QUIET_MS;
  seen.set(socket, { from: last?.from ?? now, bytes, since: now });
  return last !== undefined && now >= last.from + UNFINISHED_MS;
}
