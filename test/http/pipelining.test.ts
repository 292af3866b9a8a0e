import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { portOf } from "../support/api";
import { openSocket, rawPost } from "../support/raw-socket";
import { useApi } from "../support/use-api";

const H2C = ["Connection: Upgrade", "Upgrade: h2c"];

jest.setTimeout(60_000);

describe("requests of one connection", () => {
  const t = useApi();

  /** For five seconds at most: what did not come by then does not come. */
  const until = async (socket: Socket, isTrue: () => boolean) => {
    for (let tries = 0; tries < 500 && !socket.destroyed && !isTrue(); tries++) await sleep(10);
  };
  const post = (name: string, ...headers: string[]) => {
    const body = JSON.stringify({ query: `{ ${name}: __typename ${"papers { totalCount }"} }` });
    return rawPost(body, `Content-Length: ${body.length}`, ...headers);
  };
  /** The aliases of all answers, when there are so many. */
  const answers = async (bytes: string, count: number) => {
    const { socket, received } = await openSocket(portOf(t.api), bytes);
    const named = () => Array.from(received().matchAll(/"data":\{"(\w+)"/g), ([, name]) => name);
    await until(socket, () => named().length >= count);
    socket.destroy();
    return named();
  };

  test.each([
    ["behind a plain one", post("a") + post("b", ...H2C), ["a", "b"]],
    ["before a plain one", post("a", ...H2C) + post("b"), ["a", "b"]],
    ["behind two, before two", post("a") + post("b") + post("c", ...H2C) + post("d") + post("e"), [..."abcde"]],
    ["behind one that does", [..."abcdef"].map((name) => post(name, ...H2C)).join(""), [..."abcdef"]],
  ])("are all answered in order where one offers an upgrade %s", async (_, bytes, expected) => {
    expect(await answers(bytes, expected.length)).toEqual(expected);
  });

  test("that are sent without waiting for answers are begun in turns, so that others are answered in between", async () => {
    const [sockets, each] = [10, 60];
    const bytes = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".repeat(each);
    const crowd = await Promise.all(Array.from({ length: sockets }, () => openSocket(portOf(t.api), bytes)));
    const answered = () => crowd.reduce((sum, { received }) => sum + received().split("HTTP/1.1 ").length - 1, 0);
    await until(crowd[0]!.socket, () => answered() > 0);
    await t.api.data("{ __typename }");
    expect(answered()).toBeLessThan((sockets * each) / 2);
    for (let before = -1; before < answered() && answered() < sockets * each; ) {
      before = answered();
      await until(crowd[0]!.socket, () => answered() > before);
    }
    expect(answered()).toBe(sockets * each);
    for (const { socket } of crowd) socket.destroy();
  });

  test("are answered before the handshake of a WebSocket that is sent behind them", async () => {
    const key = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];
    const upgrade = ["GET /graphql HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket", ...key];
    const protocol = "Sec-WebSocket-Protocol: graphql-transport-ws";
    const { socket, statuses } = await openSocket(
      portOf(t.api),
      post("a") + post("b") + [...upgrade, protocol, "", ""].join("\r\n"),
    );
    await until(socket, () => statuses().length >= 3);
    expect(statuses()).toEqual([200, 200, 101]);
    socket.destroy();
  });

  test("leave nothing at their socket, however often an upgrade is offered", async () => {
    const isConnected = new Promise<Socket>((resolve) => t.api.server.server.once("connection", resolve));
    const { socket, received } = await openSocket(portOf(t.api));
    const served = await isConnected;
    const counts = () => served.eventNames().map((name) => [name, served.listenerCount(name)]);
    const listeners: unknown[] = [];
    for (let i = 1; i <= 15; i++) {
      socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n${H2C.join("\r\n")}\r\n\r\n`);
      await until(socket, () => received().split('"ok"').length > i);
      listeners.push(counts());
    }
    expect(listeners[14]).toEqual(listeners[0]);
    socket.destroy();
  });
});
