import { createServer, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Listens on each of a host's addresses, of which only the first one must be free; gives the port. Fastify would open a
 * server of its own for every other address, whose connections nobody counts, and nobody waits for at the end.
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
  // As node:http makes them.
  const options = { allowHalfOpen: true, noDelay: true };
  const other = createServer(options, (socket: Socket) => server.emit("connection", socket));
  await new Promise<void>((resolve) => other.once("error", () => resolve()).listen({ port, host }, () => resolve()));
  server.once("close", () => other.close());
}
