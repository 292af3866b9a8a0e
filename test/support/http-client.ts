import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  bytes: Buffer;
}

/** Sends just these bytes and headers over a connection that is kept, and waits for the whole answer. */
export function createHttpClient(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const once = ({ method = "POST", path = "/graphql", headers, body }: Sent) =>
    new Promise<Received>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({ status: answer.statusCode!, headers: answer.headers, body: bytes.toString(), bytes });
        });
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        // A kept connection may be closed by the server at the very moment that it is used again.
        if (sent.reusedSocket && error.code === "ECONNRESET")
          once({ method, path, headers, body }).then(resolve, reject);
        else reject(error);
      });
      sent.end(body);
    });
  return { send: once, close: () => agent.destroy() };
}

export type HttpClient = ReturnType<typeof createHttpClient>;

/** A GraphQL request as a client of today sends it, which gets an HTTP status of its own for what is refused. */
export function asPost(body: object, token?: string): Sent {
  return {
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  };
}

/** What a page of another site cannot send without asking first. */
export const PREFLIGHTED = { "apollo-require-preflight": "1" };

/** A GraphQL request as front ends send it that let caches keep the answer. */
export function asGet(fields: Record<string, string>, headers: Record<string, string> = PREFLIGHTED): Sent {
  return { method: "GET", path: `/graphql?${new URLSearchParams(fields)}`, headers };
}
