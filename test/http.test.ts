import { gunzipSync } from "node:zlib";
import { parse, validate } from "graphql";
import request from "supertest";
import { createApp } from "../src/app";
import { exampleQueries } from "../src/examples";
import { createLog } from "../src/log";
import { createSchema } from "../src/schema";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase, withReads } from "./support/database";
import { importLooks, look, signIn } from "./support/factories";

const isSubscription = (query: string) => /^subscription/m.test(query);

describe("the HTTP face", () => {
  let db: TestDatabase;
  let api: TestApi;
  const environment = process.env.NODE_ENV;
  beforeAll(async () => {
    // Apollo switches its landing page and introspection off in production; ours stay on, on purpose.
    process.env.NODE_ENV = "production";
    db = await createTestDatabase();
    api = await startApi(db);
  });
  afterAll(async () => {
    process.env.NODE_ENV = environment;
    await api.close();
    await db.close();
  });
  const http = () => request(api.server.server);

  test("answers POST and GET", async () => {
    const posted = await http().post("/graphql").send({ query: "{ __typename }" });
    const got = await http().get("/graphql").query({ query: "{ __typename }" }).set("apollo-require-preflight", "1");
    for (const answer of [posted, got]) expect(answer.body).toEqual({ data: { __typename: "Query" } });
  });

  test("refuses what a foreign page can send without a preflight (CSRF)", async () => {
    const answer = await http().post("/graphql").set("content-type", "text/plain").send('{"query":"{ __typename }"}');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  test("lets any origin read, without credentials", async () => {
    const preflight = await http().options("/graphql").set({
      origin: "https://reader.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe("*");
    expect(preflight.headers["access-control-allow-headers"]).toMatch(/content-type/i);
    const answer = await http()
      .post("/graphql")
      .set("origin", "https://reader.example")
      .send({ query: "{ __typename }" });
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
  });

  test("shows the Sandbox to a browser, also in production", async () => {
    const page = await http().get("/graphql").set("accept", "text/html");
    expect(page.status).toBe(200);
    expect(page.text).toMatch(/sandbox/i);
  });

  test("serves an explorer that loads nothing from elsewhere, with queries that work filled in", async () => {
    const page = await http().get("/graphiql").buffer(true);
    expect(page.status).toBe(200);
    expect(page.headers["content-encoding"]).toBe("gzip");
    const html = page.text.startsWith("\u001f") ? gunzipSync(Buffer.from(page.text, "latin1")).toString() : page.text;
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
    expect(html).toContain("query DayFeed");
    expect(html.split("</head>")[0]).toContain(".graphiql-tab { transform: none !important; }");
    const again = await http().get("/graphiql").set("if-none-match", page.headers.etag!);
    expect(again.status).toBe(304);
  });

  test("the example that listens is a good subscription", () => {
    const [listen, ...others] = exampleQueries.filter(({ query }) => isSubscription(query));
    expect(others).toEqual([]);
    expect(validate(createSchema(), parse(listen!.query))).toEqual([]);
  });

  test.each(exampleQueries.filter(({ query }) => !isSubscription(query)))(
    "the example %# works as it stands",
    async ({ query, variables }) => {
      await importLooks(db, [look({ arxivId: "2601.00001", title: "First" })]);
      await api.data(query, variables ? JSON.parse(variables) : undefined, await signIn(db, "ada"));
    },
  );

  test("introspection tells what every type, field, argument and value is for", async () => {
    const { __schema } = await api.data(`{ __schema { types { name description
      fields { name description args { name description } } inputFields { name description } enumValues { name description } } } }`);
    const mute: string[] = [];
    type Described = { name: string; description: string | null; args?: Described[] };
    for (const type of __schema.types) {
      if (type.name.startsWith("__")) continue;
      const parts: Described[] = [
        type,
        ...(type.fields ?? []),
        ...(type.inputFields ?? []),
        ...(type.enumValues ?? []),
      ];
      for (const part of [...parts, ...parts.flatMap((each) => each.args ?? [])]) {
        if (!part.description || part.description.length < 8) mute.push(`${type.name}.${part.name}`);
      }
    }
    expect(mute).toEqual([]);
  });

  test("one setting turns Sandbox and explorer off", async () => {
    const server = await createApp(db, { explorer: false, log: createLog("silent") });
    await server.listen({ port: 0, host: "127.0.0.1" });
    const page = await request(server.server).get("/graphql").set("accept", "text/html");
    expect(page.text).not.toMatch(/sandbox/i);
    expect((await request(server.server).get("/graphiql")).status).toBe(404);
    await server.close();
  });

  test("an unexpected failure is masked, with a requestId that finds it in the log", async () => {
    const failing = await startApi(withReads(db, () => Promise.reject(new Error("secret: select * from papers"))));
    const { data, errors } = await failing.ask("{ papers { nodes { title } } }");
    expect(data).toBeNull();
    expect(errors).toMatchObject([
      {
        message: "Internal server error",
        path: ["papers", "nodes"],
        extensions: { code: "INTERNAL_SERVER_ERROR", requestId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain("secret");
    expect(failing.logged).toMatchObject([
      { requestId: errors![0]!.extensions.requestId, err: { message: expect.stringContaining("secret") } },
    ]);
    await failing.close();
  });

  test("what is no GraphQL request at all is told its requestId too", async () => {
    const answers = [
      http().post("/graphql").send({}),
      http()
        .post("/graphql")
        .send([{ query: "{ __typename }" }]),
      http().post("/graphql").send({ query: 1 }),
      http().post("/graphql").send({ query: "{ __typename }", variables: "x" }),
      http().get("/graphql").query({ query: "{ __typename }" }),
      http().delete("/graphql"),
      http().post("/graphql").set("content-type", "application/json").send("{"),
    ];
    for (const { status, body, headers } of await Promise.all(answers)) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body.errors[0].extensions).toMatchObject({ code: "BAD_USER_INPUT", requestId: headers["x-request-id"] });
    }
  });

  test.each([
    ["{ nope }", "GRAPHQL_VALIDATION_FAILED"],
    ["{", "GRAPHQL_PARSE_FAILED"],
    ['{ feed(on: "2026-02-30") { key } }', "GRAPHQL_VALIDATION_FAILED"],
  ])("%s is answered with %s and no stack", async (query, code) => {
    const { errors } = await api.ask(query);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|stacktrace/);
  });
});
