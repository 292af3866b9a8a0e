import type { Server } from "node:http";
import { BlockList, isIPv6, type Socket } from "node:net";
import type { FastifyServerOptions } from "fastify";
import { networkOf } from "../gate/counters";
import type { Limits } from "../limits";

export type TrustProxy = FastifyServerOptions["trustProxy"];

/** So many connections a network holds as listeners; they have places of their own. */
type ListenersOf = (network: string) => number;

/**
 * Closes what one network address opens beyond its share of the connections, so that a crowd of silent ones from there
 * leaves the port to others. Proxies that are trusted bring everybody's requests, and may open as many as there are.
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
    // One that has offered an upgrade is told of once more; one that has gone already has no address.
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

/** Whether a connection comes from a proxy whose X-Forwarded-For is believed. */
function proxyCheck(trustProxy: TrustProxy): (address: string) => boolean {
  if (typeof trustProxy === "function") return (address) => trustProxy(address, 0);
  if (!Array.isArray(trustProxy)) return () => trustProxy === true;
  const proxies = new BlockList();
  for (const proxy of trustProxy) {
    const [address = "", bits] = proxy.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(bits), family);
  }
  return (address) => proxies.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
