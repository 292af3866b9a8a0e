import { EventEmitter } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Answers } from "../answers";

/**
 * Emits `upgrade` for WebSockets. RFC 9110, 7.8: another upgrade may be offered by any request, as Java's and curl's
 * clients do for HTTP/2, and is not taken; but Node leaves the request to whoever listens, for it has no other way in 20.
 * It waits its turn behind the requests that were sent before it.
 */
export function createUpgrades(server: Server, { whenAnswered }: Answers): EventEmitter {
  const upgrades = new EventEmitter();
  server.on("upgrade", (request: IncomingMessage, socket: Socket, rest: Buffer) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === "websocket";
    whenAnswered(socket, () => {
      if (isWebSocket) upgrades.emit("upgrade", request, socket, rest);
      else serveWithout(server, request, socket, rest);
    });
  });
  return upgrades;
}

/** Lets the server read the request again, without what it offered. */
function serveWithout(server: Server, request: IncomingMessage, socket: Socket, rest: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== "upgrade") lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), rest]));
  server.emit("connection", socket);
}
