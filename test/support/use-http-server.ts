import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server on this machine, for the tests of a `describe`. */
export function useHttpServer(listener: RequestListener): { baseUrl: () => string } {
  let server: Server;
  beforeAll(async () => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
