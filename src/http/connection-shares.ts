import type { Server } from "node:http";
import type { Socket } from "node:net";
import { compile } from "@fastify/proxy-addr";
import type { FastifyServerOptions } from "fastify";
import { networkOf } from "../admission/client-network";
import type { Limits } from "../config/limits";

export type TrustProxy = FastifyServerOptions["trustProxy"];

/** The number of a network's connections that listen; these have slots of their own. */
type ListenersOf = (network: string) => number;

/**
 * Closes the connections that a client network opens beyond its share, so that a flood of idle ones leaves the port open
 * to others. Trusted proxies carry everyone's requests, and are limited only by the server's total.
 */
export function shareConnections(
  server: Server,
  limits: Limits,
  trustProxy: TrustProxy,
  listenersOf: ListenersOf,
): void {
  const isProxy = proxyCheck(trustProxy);
  const held = new Map<string, number>();
  const counted = new WeakSet<Socket>();
  server.on("connection", (socket: Socket) => {
    // The event comes again for a request that offered another upgrade; a closed socket has no address.
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || counted.has(socket) || isProxy(remoteAddress)) return;
    counted.add(socket);
    const network = networkOf(remoteAddress);
    const before = held.get(network) ?? 0;
    if (before >= limits.MAX_CONNECTIONS_PER_ADDRESS + listenersOf(network)) {
      socket.destroy();
      return;
    }
    held.set(network, before + 1);
    socket.once("close", () => {
      const left = held.get(network)! - 1;
      if (left > 0) held.set(network, left);
      else held.delete(network);
    });
  });
}

/** Whether a connection comes from a proxy whose X-Forwarded-For is trusted. */
function proxyCheck(trustProxy: TrustProxy): (address: string) => boolean {
  if (typeof trustProxy === "function") return (address) => trustProxy(address, 0);
  if (!Array.isArray(trustProxy)) return () => trustProxy === true;
  const isTrusted = compile(trustProxy);
  return (address) => isTrusted(address, 0);
}
