import type { Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { PendingResponses } from "./pending-responses";

/** Connections that are still being answered, or read by a client, after this long are cut off. */
const PATIENCE_MS = 5000;
/**
 * A connection counts as idle only after this long without a byte: data that a client sent earlier may still be in transit
 * or unread.
 */
const QUIET_MS = 100;
/** Longest time that an incomplete request keeps a connection open. */
const UNFINISHED_MS = 1000;
const POLL_MS = 20;

/**
 * Ends a server's connections when it closes: idle ones and those with an incomplete request after a moment without another
 * byte, all others when their response has been sent. Node's own `close` would wait for idle connections, but not for slow
 * readers.
 */
export function closeGracefully(server: FastifyInstance, { isResponding }: PendingResponses): void {
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket: Socket) => {
    // The event comes again for a request that offered another upgrade.
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.addHook("preClose", async () => {
    const start = performance.now();
    const seen = new Map<Socket, Seen>();
    for (let now = start; sockets.size > 0 && now < start + PATIENCE_MS; now = performance.now()) {
      for (const socket of sockets) {
        if (isResponding(socket)) seen.delete(socket);
        else if (isOver(socket, seen, now)) socket.destroySoon();
      }
      await sleep(POLL_MS);
      // A busy process may have slept for much longer: what has arrived meanwhile is read before anybody counts as idle.
      await nextTurn();
    }
    for (const socket of sockets) socket.destroy();
  });
}

interface Seen {
  /** When it was first seen without a pending response. */
  firstSeenAt: number;
  bytes: number;
  /** When `bytes` last changed. */
  changedAt: number;
}

/** Whether a connection without a pending response can be closed. */
function isOver(socket: Socket, seen: Map<Socket, Seen>, now: number): boolean {
  const { bytesRead: bytes } = socket;
  const last = seen.get(socket);
  if (last?.bytes === bytes) return now >= last.changedAt + QUIET_MS;
  seen.set(socket, { firstSeenAt: last?.firstSeenAt ?? now, bytes, changedAt: now });
  return last !== undefined && now >= last.firstSeenAt + UNFINISHED_MS;
}
