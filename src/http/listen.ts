import { createServer, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Listens on each of a host's addresses, of which only the first must be free; returns the port. Fastify would open a
 * separate server for every other address, whose connections are neither limited nor drained at shutdown.
 */
export async function listenOn(
  server: FastifyInstance,
  port: number,
  [first, ...others]: readonly [string, ...string[]],
): Promise<number> {
  await server.listen({ port, host: first });
  const address = server.server.address();
  const taken = typeof address === "object" && address ? address.port : port;
  await Promise.all(others.map((host) => listenToo(server, taken, host)));
  return taken;
}

async function listenToo({ server }: FastifyInstance, port: number, host: string): Promise<void> {
  // The options that node:http uses.
  const options = { allowHalfOpen: true, noDelay: true };
  const other = createServer(options, (socket: Socket) => server.emit("connection", socket));
  await new Promise<void>((resolve) => other.once("error", () => resolve()).listen({ port, host }, () => resolve()));
  server.once("close", () => other.close());
}
