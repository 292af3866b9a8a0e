import { connect, type Socket } from "node:net";

export interface RawSocket {
  socket: Socket;
  /** All that was received so far. */
  received(): string;
  /** The statuses of the answers that were received so far. */
  statuses(): number[];
  /** Resolves when the connection is closed, by whomever, with all that was received. */
  closed: Promise<string>;
}

/** A connection that says just what it is told to; resolves when it is made. Its own errors only close it. */
export async function openSocket(
  port: number,
  bytes: string | Buffer = "",
  localAddress = "127.0.0.1",
  host = "127.0.0.1",
): Promise<RawSocket> {
  const socket = connect({ port, host, localAddress });
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  socket.on("error", () => {});
  await Promise.race([new Promise((resolve) => socket.once("connect", resolve)), closed]);
  if (bytes.length > 0) socket.write(bytes);
  return {
    socket,
    received: () => text,
    statuses: () => Array.from(text.matchAll(/^HTTP\/1\.1 (\d{3})/gm), ([, status]) => Number(status)),
    closed,
  };
}

/** A whole POST, with these headers after the usual ones. */
export function rawPost(body: string, ...headers: string[]): string {
  return ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json", ...headers, "", body].join("\r\n");
}
