import { portOf, withLimits } from "../support/api";
import { createHttpClient } from "../support/http-client";
import { openAcknowledged } from "../support/raw-listener";
import { openSocket, rawPost } from "../support/raw-socket";
import { useApi } from "../support/use-api";

describe("what cannot be served", () => {
  const t = useApi();

  const readAnswer = (text: string) => {
    const [head = "", body = ""] = text.split("\r\n\r\n");
    return { head, error: JSON.parse(body).errors[0] };
  };

  test.each([
    ["headers that are too long", `GET /graphql?query=${"a".repeat(64_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ["what is no HTTP", "garbage\r\n\r\n", 400],
  ])("%s: answered in the form of all errors, and the connection says that it ends", async (_, bytes, status) => {
    const { closed } = await openSocket(portOf(t.api), bytes);
    const { head, error } = readAnswer(await closed);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^connection: close$/im);
    expect(error).toMatchObject({ message: expect.any(String), extensions: { code: "BAD_USER_INPUT" } });
    expect(head).toContain(`X-Request-Id: ${error.extensions.requestId}`);
  });

  test("a client that keeps its connection is served after it was refused", async () => {
    const { send, close } = createHttpClient(portOf(t.api), 1);
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
    const { closed, statuses } = await openSocket(portOf(t.api), `${post}${post}garbage\r\n\r\n`);
    await closed;
    expect(statuses()).toEqual([200, 200, 400]);
  });

  test.each(["lzma", "gzip", "identity, br"])(
    "a body in the coding %s: 415, which tells what is taken",
    async (coding) => {
      const answer = await t.api
        .http()
        .post("/graphql")
        .set({ "content-encoding": coding })
        .send({ query: "{ __typename }" });
      expect([answer.status, answer.headers["accept-encoding"]]).toEqual([415, "identity"]);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    },
  );

  test("a body of which it is said that it is as it is, is taken", async () => {
    const sent = t.api.http().post("/graphql").set({ "content-encoding": "Identity" });
    expect((await sent.send({ query: "{ __typename }" })).status).toBe(200);
  });

  test.each(["application/graphql", "application/graphql+json", "application/x-www-form-urlencoded", "garbage", ""])(
    'a body of the type "%s": 415, which says what to send',
    async (type) => {
      for (const path of ["/graphql", "/graphql/stream"]) {
        const answer = await t.api.http().post(path).set("content-type", type).send("{ __typename }");
        expect([answer.status, answer.headers.accept]).toEqual([415, "application/json"]);
        expect(answer.body.errors).toMatchObject([
          {
            message: expect.stringContaining("content-type: application/json"),
            extensions: { code: "BAD_USER_INPUT" },
          },
        ]);
      }
    },
  );

  test.each([
    ["/nowhere", 404, undefined, "GraphQL is at /graphql, subscriptions also at /graphql/stream"],
    ["/subscriptions", 404, undefined, "GraphQL is at /graphql"],
    ["/graphql", 405, "GET, POST, OPTIONS", "PUT is not allowed here; send GET or POST."],
    ["/graphql/", 405, "GET, POST, OPTIONS", "send GET or POST"],
    ["/graphql/stream", 405, "GET, POST, OPTIONS", "send GET or POST"],
    ["/graphiql", 405, "GET, HEAD, OPTIONS", "PUT is not allowed here; send GET."],
    ["/healthz", 405, "GET, HEAD, OPTIONS", "send GET"],
    ["/readyz?now", 405, "GET, HEAD, OPTIONS", "send GET"],
    ["/", 405, "GET, HEAD, OPTIONS", "send GET"],
    ["/papers/2409.04828.bib", 405, "GET, HEAD, OPTIONS", "send GET"],
    ["/papers/https://arxiv.org/abs/2409.04828", 405, "GET, HEAD, OPTIONS", "send GET"],
    ["/digest/nowhere", 404, undefined, "GraphQL is at /graphql"],
  ])("PUT %s: %d, before its body is read", async (path, status, allow, message) => {
    const answer = await t.api.http().put(path).type("garbage").send("x");
    expect([answer.status, answer.headers.allow]).toEqual([status, allow]);
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    const requestId = answer.headers["x-request-id"];
    expect(answer.body.errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: "BAD_USER_INPUT", requestId } },
    ]);
  });

  test.each(["/graphql", "/graphql/stream"])("HEAD %s: 405, as GraphQL has no answer without a body", async (path) => {
    const answer = await t.api.http().head(path);
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, POST, OPTIONS"]);
  });

  test("a URL that cannot be read: 400 in the form of all errors", async () => {
    const { status, headers, body } = await t.api.http().get("/%zz");
    expect(status).toBe(400);
    const requestId = headers["x-request-id"];
    expect(body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "URL", requestId } }]);
  });

  test("a page's path with a slash too many: sent on to the page", async () => {
    const answer = await t.api.http().get("/graphiql/?a=b");
    expect([answer.status, answer.headers.location]).toEqual([308, "../graphiql?a=b"]);
  });

  test("a socket that reads nothing: cut off with one line in the log, whatever it sends", () =>
    withLimits(t.db, { MAX_BUFFERED_BYTES: 10_000 }, async (at) => {
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
