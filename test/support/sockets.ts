import { once } from "node:events";
import { WebSocket } from "ws";

/** One listener of a crowd: speaks graphql-transport-ws by itself, so that thousands fit into one process. */
export interface CrowdSocket {
  socket: WebSocket;
  /** Events received. */
  events: { data?: Record<string, unknown>; errors?: object[] }[];
}

/** Opens a socket at an API's address and subscribes; resolves when the server has taken the connection. */
export async function joinCrowd(address: string, query: string, variables: object = {}): Promise<CrowdSocket> {
  const socket = new WebSocket(address.replace(/^http/, "ws"), "graphql-transport-ws", { perMessageDeflate: false });
  const events: CrowdSocket["events"] = [];
  socket.on("error", () => {});
  await once(socket, "open");
  const isTaken = new Promise<void>((resolve, reject) => {
    socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
    socket.on("message", (data) => {
      const message = JSON.parse(data.toString());
      if (message.type === "connection_ack") resolve();
      if (message.type === "ping") socket.send('{"type":"pong"}');
      if (message.type === "next") events.push(message.payload);
    });
  });
  socket.send('{"type":"connection_init"}');
  await isTaken;
  socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query, variables } }));
  return { socket, events };
}
