import request from "supertest";
import { portOf, startApi, type TestApi, withLimits } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { openAcknowledged } from "./support/raw-listener";
import { openSocket, rawPost } from "./support/raw-socket";
import { createSender } from "./support/send";

describe("what cannot be served", () => {
  let db: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterAll(async () => {
    await api.close();
    await db.close();
  });

  const readAnswer = (text: string) => {
    const [head = "", body = ""] = text.split("\r\n\r\n");
    return { head, error: JSON.parse(body).errors[0] };
  };

  test.each([
    ["headers that are too long", `GET /graphql?query=${"a".repeat(64_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ["what is no HTTP", "garbage\r\n\r\n", 400],
  ])("%s: answered in the form of all errors, and the connection says that it ends", async (_, bytes, status) => {
    const { closed } = await openSocket(portOf(api), bytes);
    const { head, error } = readAnswer(await closed);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^connection: close$/im);
    expect(error).toMatchObject({ message: expect.any(String), extensions: { code: "BAD_USER_INPUT" } });
    expect(head).toContain(`X-Request-Id: ${error.extensions.requestId}`);
  });

  test("a client that keeps its connection is served after it was refused", async () => {
    const { send, close } = createSender(portOf(api), 1);
    for (let i = 0; i < 5; i++) {
      const path = `/graphql?query=${"a".repeat(64_000)}`;
      expect((await send({ method: "GET", path })).status).toBe(431);
      expect((await send({ method: "GET", path: "/healthz" })).status).toBe(200);
    }
    close();
  });

  test("a broken request behind others is refused when they are answered", async () => {
    const body = '{"query":"{ papers { totalCount } }"}';
    const post = rawPost(body, `Content-Length: ${body.length}`);
    const { closed, statuses } = await openSocket(portOf(api), `${post}${post}garbage\r\n\r\n`);
    await closed;
    expect(statuses()).toEqual([200, 200, 400]);
  });

  test.each(["lzma", "gzip", "identity, br"])(
    "a body in the coding %s: 415, which tells what is taken",
    async (coding) => {
      const answer = await request(api.server.server)
        .post("/graphql")
        .set({ "content-encoding": coding })
        .send({ query: "{ __typename }" });
      expect([answer.status, answer.headers["accept-encoding"]]).toEqual([415, "identity"]);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    },
  );

  test("a body of which it is said that it is as it is, is taken", async () => {
    const sent = request(api.server.server).post("/graphql").set({ "content-encoding": "Identity" });
    expect((await sent.send({ query: "{ __typename }" })).status).toBe(200);
  });

  test("a socket that reads nothing: cut off with one line in the log, whatever it sends", () =>
    withLimits(db, { MAX_BUFFERED_BYTES: 10_000 }, async (at) => {
      const printed = jest.spyOn(console, "error").mockImplementation(() => {});
      const { socket, closed } = await openAcknowledged(at);
      socket.pause();
      const ping = JSON.stringify({ type: "ping", payload: { text: "x".repeat(4000) } });
      while (at.logged.length === 0) {
        if (socket.bufferedAmount < 4_000_000) for (let i = 0; i < 500; i++) socket.send(ping, () => {});
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.on("error", () => {});
      socket.resume();
      await closed;
      expect(printed.mock.calls).toEqual([]);
      printed.mockRestore();
      expect(at.logged).toMatchObject([{ msg: "a socket that reads nothing was cut off" }]);
    }));
});
