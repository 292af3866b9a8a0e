import { createServer, connect as dial, type Socket } from "node:net";

export interface FaultyNetwork {
  /** The database's URL, by way of the proxy. */
  url: string;
  /** Refuses new connections and breaks those that are open: the server is away. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** Breaks the connections that are open, as a restart of the server does. */
  cut(): void;
  /** The open connections forward nothing any more, as when the network swallows all packets. */
  stall(): void;
  close(): Promise<void>;
}

/** A network between the API and its database, which can fail. */
export async function createProxy(databaseUrl: string): Promise<FaultyNetwork> {
  const target = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(target.port || 5432), target.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as { port: number };
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      cut();
    });
  return {
    url: url.toString(),
    cut,
    goAway: stopListening,
    comeBack: () => listen(port),
    stall: () => {
      for (const socket of open) socket.unpipe().pause();
    },
    close: async () => {
      if (server.listening) await stopListening();
    },
  };
}
