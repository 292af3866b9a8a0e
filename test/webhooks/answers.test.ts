import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { type Answer, post } from "../../src/webhooks/receivers/post";
import { LOCAL, sendOptions } from "./use-webhooks";

const { dial } = sendOptions();
const TIMEOUT = 1000;
const LATE = "No answer within 1 seconds.";
const HEAD = "HTTP/1.1 200 OK\r\n";

describe("what a receiver answers", () => {
  let server: Server;
  let behave: (socket: Socket) => void;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket.on("error", () => {}));
      socket.once("data", () => behave(socket));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  /** What comes of a message to which a receiver answers so. */
  const answerTo = (how: (socket: Socket) => void): Promise<Answer> => {
    behave = how;
    const { port } = server.address() as AddressInfo;
    return post({ url: `http://127.0.0.1:${port}/`, headers: {}, body: "{}" }, { ...dial, rules: LOCAL }, TIMEOUT);
  };
  /** Writes a part every 50 ms, without end. */
  const drip = (socket: Socket, part: () => string) => {
    const timer = setInterval(() => socket.write(part()), 50);
    socket.once("close", () => clearInterval(timer));
  };

  test.each<[string, (socket: Socket) => void, Partial<Answer>]>([
    [
      "that it changes to another protocol",
      (socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
      { statusCode: null, error: "It closed the connection without an answer." },
    ],
    [
      "hints before its answer",
      (socket) => socket.end(`HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${HEAD}\r\nok`),
      { statusCode: 200, body: "ok" },
    ],
    [
      "hints without end",
      (socket) => drip(socket, () => "HTTP/1.1 103 Early Hints\r\n\r\n"),
      { statusCode: null, error: LATE },
    ],
    ["its headers byte by byte", (socket) => drip(socket, () => "H"), { statusCode: null }],
    [
      "headers without end",
      (socket) => {
        socket.write(HEAD);
        drip(socket, () => "a: b\r\n");
      },
      { statusCode: null, error: LATE },
    ],
    [
      "more headers than can be read",
      (socket) => socket.write(`${HEAD}a: ${"b".repeat(100_000)}\r\n\r\n`),
      { statusCode: null, error: "There was no answer: Parse Error: Header overflow." },
    ],
    [
      "a body byte by byte",
      (socket) => {
        socket.write(`${HEAD}\r\n`);
        drip(socket, () => "x");
      },
      { statusCode: 200, body: expect.stringMatching(/^x+$/) },
    ],
    [
      "a bomb, which nobody unpacks",
      (socket) => {
        const bomb = gzipSync(Buffer.alloc(10_000_000));
        socket.write(`${HEAD}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
        socket.end(bomb);
      },
      { statusCode: 200, body: expect.stringContaining("\u001f") },
    ],
    ["nothing, and closes", (socket) => socket.end(), { error: "It closed the connection without an answer." }],
    [
      "nothing, and resets",
      (socket) => socket.resetAndDestroy(),
      { error: "It closed the connection without an answer." },
    ],
    [
      "less than it promised",
      (socket) => socket.end(`${HEAD}Content-Length: 100\r\n\r\nhalf`),
      { statusCode: 200, body: "half" },
    ],
    ["what is not HTTP", (socket) => socket.end("SSH-2.0-x\r\n"), { statusCode: null }],
    [
      "when to come again, in seconds",
      (socket) => socket.end("HTTP/1.1 429 Slow\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"),
      { statusCode: 429, retryAfter: 120_000 },
    ],
    [
      "when to come again, as no number of seconds",
      (socket) => socket.end("HTTP/1.1 429 Slow\r\nRetry-After: -1e9\r\nContent-Length: 0\r\n\r\n"),
      { statusCode: 429, retryAfter: null },
    ],
  ])("may be %s", async (_, how, expected) => {
    expect(await answerTo(how)).toMatchObject(expected);
  });
});
