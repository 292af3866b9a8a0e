import { createServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { portOf, type TestApi } from "./api";

export interface PrefixProxy {
  port: number;
  close(): Promise<void>;
}

/** A proxy that has the API below a path, which it strips, WebSockets too; elsewhere is another application: 404. */
export async function createPrefixProxy(api: TestApi, prefix: string): Promise<PrefixProxy> {
  const pathOf = ({ url = "" }: IncomingMessage) => (url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : null);
  const server = createServer((asked, answer) => {
    const path = pathOf(asked);
    if (path === null) return answer.writeHead(404).end("another application");
    const { method, headers } = asked;
    const passed = request({ host: "127.0.0.1", port: portOf(api), method, path, headers }, (given) => {
      answer.writeHead(given.statusCode!, given.headers);
      given.pipe(answer);
    });
    asked.pipe(passed);
  });
  server.on("upgrade", (asked, near) => {
    const path = pathOf(asked);
    if (path === null) return near.destroy();
    const far = connect(portOf(api), "127.0.0.1");
    const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}`);
    far.write(`GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => {});
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
