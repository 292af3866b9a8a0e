import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import { addressOf, type TestApi } from "./api";

interface Message {
  type: string;
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a payload has the shape of its message
  payload?: any;
}

export interface RawListener {
  socket: WebSocket;
  /** What was heard so far. */
  messages: Message[];
  /** Sends a message, or a text as it stands. */
  send(message: Message | string): void;
  /** Resolves with the first message of this type, and of this id if one is given; rejects when the socket closes without. */
  hears(type: string, id?: string): Promise<Message>;
  /** Resolves when the socket is closed, by whomever. */
  closed: Promise<{ code: number; reason: string }>;
}

export interface RawOptions extends ClientOptions {
  protocols?: string[];
  /** What follows /graphql. */
  path?: string;
}

/** A WebSocket at /graphql that says just what it is told to. Rejects when the upgrade is refused. */
export async function openListener(api: TestApi, options: RawOptions = {}): Promise<RawListener> {
  const { protocols = ["graphql-transport-ws"], path = "", ...others } = options;
  const socket = new WebSocket(`ws://${addressOf(api)}/graphql${path}`, protocols, others);
  const messages: Message[] = [];
  socket.on("message", (data) => {
    messages.push(JSON.parse(String(data)));
    socket.emit("heard");
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await once(socket, "open");
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    async hears(type, id) {
      for (;;) {
        const found = messages.find((each) => each.type === type && (id === undefined || each.id === id));
        if (found) return found;
        const end = await Promise.race([once(socket, "heard").then(() => null), closed]);
        if (end) throw new Error(`closed with ${end.code} ${end.reason}; heard ${JSON.stringify(messages)}`);
      }
    },
  };
}

/** A WebSocket that the server has acknowledged. */
export async function openAcknowledged(
  api: TestApi,
  payload: object = {},
  options: RawOptions = {},
): Promise<RawListener> {
  const listener = await openListener(api, options);
  listener.send({ type: "connection_init", payload });
  await listener.hears("connection_ack");
  return listener;
}
