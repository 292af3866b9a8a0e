import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { badUserInput } from "../errors";
import type { Gate } from "../gate/gate";
import type { Answers } from "./answers";

/** So long a client may take to read why it is refused, and to stop sending. */
const LINGER_MS = 1000;

const REFUSALS: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: "The URL and the headers are too long; send long queries by POST." },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, message: "The chunks' extensions are too long." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request took too long to arrive." },
};
const NO_REQUEST = { status: 400, message: "This is no HTTP request." };

/**
 * Answers what cannot be read as HTTP in the form of GraphQL's errors, behind the answers to what was sent before it. It
 * says that the connection ends: where a request is broken, nobody knows where the next one begins.
 */
export function createClientErrorHandler(gate: Gate, answers: () => Answers) {
  const refused = new WeakSet<Socket>();
  return (error: Error & { code?: string }, socket: Socket): void => {
    // What still arrives is no request either.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const { status, message } = REFUSALS[error.code ?? ""] ?? NO_REQUEST;
    answers().whenAnswered(socket, () => {
      const requestId = randomUUID();
      const body = JSON.stringify({ errors: [gate.mask(badUserInput(null, message), requestId)] });
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
