import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { badUserInput } from "../graphql/errors";
import type { Mask } from "./mask-error";
import type { PendingResponses } from "./pending-responses";

/** Time for a refused client to read why, and to stop sending. */
const LINGER_MS = 1000;

const REFUSALS: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: "The URL and the headers are too long; send long queries by POST." },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: "The chunks' extensions are too long." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request took too long to arrive." },
};
const NO_REQUEST = { status: 400, message: "This is not an HTTP request." };

/**
 * Answers what cannot be parsed as HTTP with a GraphQL error, after the responses to earlier requests of the connection. It
 * closes the connection: after a malformed request, the start of the next one is unknown.
 */
export function createClientErrorHandler(mask: Mask, pendingResponses: () => PendingResponses) {
  const refused = new WeakSet<Socket>();
  return (error: Error & { code?: string }, socket: Socket): void => {
    // What still arrives is not a request either.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, message } = REFUSALS[error.code ?? ""] ?? NO_REQUEST;
    pendingResponses().whenIdle(socket, () => {
      const requestId = randomUUID();
      const body = JSON.stringify({ errors: [mask(badUserInput(null, message), requestId)] });
      const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        "Connection: close",
        "Content-Type: application/json; charset=utf-8",
        `Content-Length: ${Buffer.byteLength(body)}`,
        "Access-Control-Allow-Origin: *",
        `X-Request-Id: ${requestId}`,
      ];
      socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    });
  };
}
