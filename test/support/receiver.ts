import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** A message as a receiver got it. */
export interface Received {
  id: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  /** Everything that arrived, oldest first. */
  received: Received[];
  /** What the next messages are answered with, one after the other; when there is nothing left, 200. */
  answers: RequestListener[];
  close(): Promise<void>;
}

/** An answer with a status, and a body and headers if given. */
export function status(code: number, body = "", headers: Record<string, string> = {}): RequestListener {
  return (_, response) => response.writeHead(code, headers).end(body);
}

/** A receiver of webhooks at a port of its own, on an address of this machine. */
export async function openReceiver(host = "127.0.0.1"): Promise<Receiver> {
  const received: Received[] = [];
  const answers: RequestListener[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { headers, url = "" } = request;
      received.push({ id: String(headers["webhook-id"]), path: url, headers, body: Buffer.concat(chunks).toString() });
      (answers.shift() ?? status(200, "ok"))(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}/hook`,
    received,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The JSON of a message whose signature the official library accepts; throws for any other. */
// biome-ignore lint/suspicious/noExplicitAny: a payload has the shape of its event
export function verified({ headers, body }: Received, secret: string): any {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
