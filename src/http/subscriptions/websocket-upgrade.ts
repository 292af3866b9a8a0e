import { EventEmitter } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { PendingResponses } from "../pending-responses";

/**
 * Emits `upgrade` for WebSockets, after the connection's earlier requests are answered. RFC 9110, 7.8: any request may offer
 * another upgrade, as Java's and curl's clients do for HTTP/2; it is ignored, and the request served without it, which Node 20
 * leaves to the listener of `upgrade`. Nor is a WebSocket opened by anything but a GET (RFC 6455, 4.1).
 */
export function createUpgrades(server: Server, { whenIdle }: PendingResponses): EventEmitter {
  const upgrades = new EventEmitter();
  server.on("upgrade", (request: IncomingMessage, socket: Socket, rest: Buffer) => {
    const isWebSocket = request.method === "GET" && request.headers.upgrade?.toLowerCase() === "websocket";
    whenIdle(socket, () => {
      if (isWebSocket) upgrades.emit("upgrade", request, socket, rest);
      else serveWithout(server, request, socket, rest);
    });
  });
  return upgrades;
}

/** Feeds the request to the server again, without its Upgrade header. */
function serveWithout(server: Server, request: IncomingMessage, socket: Socket, rest: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== "upgrade") lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), rest]));
  server.emit("connection", socket);
}
