import { createHash } from "node:crypto";
import { portOf, startApi } from "../../support/api";
import { openSocket } from "../../support/raw-socket";
import { useApi } from "../../support/use-api";

const QUERY = encodeURIComponent("{ __typename }");
const DATA = '{"data":{"__typename":"Query"}}';

describe("a request, as it stands on the wire,", () => {
  const t = useApi();
  const url = () => `http://127.0.0.1:${portOf(t.api)}/graphql`;
  /** Sends lines, and gives the whole answer. */
  const send = async (...lines: string[]) => {
    const raw = await openSocket(portOf(t.api), `${lines.join("\r\n")}\r\n`);
    return raw.closed;
  };
  const GET = { "apollo-require-preflight": "1" };
  const get = (headers: Record<string, string>, query = QUERY) =>
    fetch(`${url()}?query=${query}`, { headers: { ...GET, ...headers } });
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(url(), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  describe("names its host", () => {
    const ask = (version: string, ...headers: string[]) =>
      send(
        `GET /graphql?query=${QUERY} HTTP/${version}`,
        "apollo-require-preflight: 1",
        "Connection: close",
        ...headers,
        "",
      );

    test.each(["Host: x", "Host: x:80", "Host: [::1]:80", "Host: papers_api.example"])("with %s", async (host) => {
      expect(await ask("1.1", host)).toMatch(/^HTTP\/1\.1 200 /);
    });

    test("not at all in HTTP/1.0", async () => {
      expect(await ask("1.0")).toMatch(/^HTTP\/1\.1 200 /);
    });

    test.each(["/healthz", "/graphiql", "/digest", "/graphql/stream"])("at %s, too", async (path) => {
      const answer = await send(`GET ${path} HTTP/1.1`, "Connection: close", "");
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"argument":"Host"');
    });

    test.each([
      [[]],
      [["Host: x", "Host: y"]],
      [["Host: x", "HOST: x"]],
      [["Host: x/y"]],
      [["Host: user@x"]],
      [["Host: x?y"]],
      [["Host: x#y"]],
      [["Host: x:y"]],
      [["Host: x y"]],
    ])("and is refused with %j", async (headers) => {
      const answer = await ask("1.1", ...headers);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"argument":"Host"');
    });
  });

  test("names a whole URL, whose empty parameters count as absent, too", async () => {
    const target = `${url()}?query=${QUERY}&variables=&operationName=null`;
    const answer = await send(
      `GET ${target} HTTP/1.1`,
      "Host: x",
      "apollo-require-preflight: 1",
      "Connection: close",
      "",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(DATA);
  });

  describe("says what it accepts", () => {
    const JSON_TYPE = "application/json; charset=utf-8";
    const GRAPHQL_TYPE = "application/graphql-response+json; charset=utf-8";
    const INVALID = { query: "{ nonsense }" };

    test.each([
      ["application/json", 200, JSON_TYPE],
      ["application/graphql-response+json", 400, GRAPHQL_TYPE],
      ["Application/GraphQL-Response+JSON", 400, GRAPHQL_TYPE],
      ["application/graphql-response+json, application/json", 400, GRAPHQL_TYPE],
      ["application/json, application/graphql-response+json;q=0", 200, JSON_TYPE],
      ["application/json;q=0, */*", 400, GRAPHQL_TYPE],
      ["application/json;q=0.5, application/*", 400, GRAPHQL_TYPE],
      ["*/*", 200, JSON_TYPE],
      ["", 200, JSON_TYPE],
    ])(
      "%j: the status of a well-formed request that is invalid goes by the type of its answer",
      async (accept, ...expected) => {
        const answer = await post(INVALID, { accept });
        expect([answer.status, answer.headers.get("content-type")]).toEqual(expected);
      },
    );

    test("and a persisted query of which only the hash is sent is well-formed as well", async () => {
      const query = "query ($on: Date) { feed(on: $on) { key } }";
      const sha256Hash = createHash("sha256").update(query).digest("hex");
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      await post({ query, extensions });
      const statuses = [];
      for (const body of [{ query }, { extensions }]) {
        statuses.push((await post({ ...body, variables: { on: 1 } }, { accept: "application/json" })).status);
      }
      expect(statuses).toEqual([200, 200]);
    });

    test.each(["text/event-stream", "Text/Event-Stream", "text/event-stream;q=0.5, */*"])(
      "at /graphql/stream: %s",
      async (accept) => {
        const answer = await fetch(`${url()}/stream?query=${QUERY}`, { headers: { accept } });
        expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
        await answer.text();
      },
    );

    test.each(["text/event-stream;q=0", "text/event-streams", "application/json"])(
      "and is refused there with %s",
      async (accept) => {
        expect((await fetch(`${url()}/stream?query=${QUERY}`, { headers: { accept } })).status).toBe(400);
      },
    );

    test("so a page is no answer to others", async () => {
      const answer = await get({ accept: "text/html" });
      expect([answer.headers.get("content-type"), answer.headers.get("vary")]).toEqual(["text/html", "accept"]);
    });
  });

  test("may expect what this server does not know", async () => {
    const ask = [`GET /graphql?query=${QUERY} HTTP/1.1`, "Host: x", "apollo-require-preflight: 1", "Connection: close"];
    expect(await send(...ask, "Expect: miracles", "")).toContain(DATA);
  });

  test("selects a field so often that it cannot be checked, and is told so", async () => {
    const { errors } = (await (await post({ query: `{ feed { ${"key ".repeat(900)}} }` })).json()) as {
      errors: object[];
    };
    expect(errors).toMatchObject([
      { message: expect.stringContaining("select each field once"), extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
    ]);
  });

  test("asks for the schema of a server that does not tell it, and is told of the setting", async () => {
    const api = await startApi(t.db, { introspection: false });
    const { errors } = await api.ask("{ __schema { queryType { name } } }");
    expect(errors).toMatchObject([
      { message: expect.stringContaining("INTROSPECTION"), extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
    ]);
    await api.close();
  });

  test("knows several answers, or any, by their tags", async () => {
    const first = await get({});
    const tag = first.headers.get("etag")!;
    expect(await first.json()).toEqual(JSON.parse(DATA));
    const statuses = [];
    for (const tags of [tag, `W/${tag}`, `"other", ${tag}`, `"other",W/${tag} , "x"`, "*", '"other"', `${tag}x`]) {
      statuses.push((await get({ "if-none-match": tags })).status);
    }
    expect(statuses).toEqual([304, 304, 304, 304, 304, 200, 200]);
  });

  test.each(['{"__proto__":{"on":1}}', '{"constructor":{"prototype":{"on":1}}}'])(
    "is told which names are not accepted: %s",
    async (variables) => {
      const body = `{"query":"{ __typename }","variables":${variables}}`;
      const answer = await fetch(url(), { method: "POST", headers: { "content-type": "application/json" }, body });
      expect(await answer.json()).toMatchObject({
        errors: [{ message: expect.stringContaining("__proto__"), extensions: { argument: "body" } }],
      });
      expect(({} as { on?: number }).on).toBeUndefined();
    },
  );

  test("asks for a subscription, and is told where these are served, by GET as by POST", async () => {
    const query = "subscription { paperFeatured { rank } }";
    const answers = [await get({}, encodeURIComponent(query)), await post({ query })];
    for (const answer of answers) {
      expect(answer.headers.get("allow")).toBeNull();
      const { errors } = (await answer.json()) as { errors: object[] };
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining("/graphql/stream"),
          extensions: { code: "BAD_USER_INPUT", argument: "query" },
        },
      ]);
    }
  });

  test("is a POST that offers a WebSocket, which only a GET opens: it is answered without", async () => {
    const body = '{"query":"{ __typename }"}';
    const answer = await send(
      "POST /graphql HTTP/1.1",
      "Host: x",
      "Connection: Upgrade, close",
      "Upgrade: websocket",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "",
      body,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain(DATA);
  });
});
