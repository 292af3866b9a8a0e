import { startApi } from "../support/api";
import { withReads } from "../support/database";
import { useProduction } from "./use-production";

describe("the HTTP face", () => {
  const t = useProduction();
  const http = () => t.api.http();

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

  test.each(["/", "/stream/"])("takes a slash at the end, as in /graphql%s", async (path) => {
    const send = (url: string) => http().post(url).set("accept", "text/event-stream").send({ query: "{" });
    const [slashed, plain] = await Promise.all([send(`/graphql${path}`), send(`/graphql${path.slice(0, -1)}`)]);
    const [a, b] = [slashed, plain].map(({ status, text }) => [status, text.replace(/[0-9a-f-]{36}/, "")]);
    expect(a).toEqual(b);
    expect((await http().post("/graphql/").send({ query: "{ __typename }" })).body.data).toBeTruthy();
  });

  test("introspection tells what every type, field, argument and value is for", async () => {
    const { __schema } = await t.api.data(`{ __schema { types { name description
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

  test("an unexpected failure is masked, with a requestId that finds it in the log", async () => {
    const failing = await startApi(withReads(t.db, () => Promise.reject(new Error("secret: select * from papers"))));
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
    [
      "errors in the document than are listed",
      { query: `{ ${Array.from({ length: 20 }, (_, i) => `nope${i}`).join(" ")} }` },
      "GRAPHQL_VALIDATION_FAILED",
      "The document has more errors than one answer lists: correct these, then send it again for the others.",
    ],
    [
      "errors in the variables than are listed",
      {
        query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        variables: { ids: Array(20).fill({}) },
      },
      "BAD_USER_INPUT",
      "The variables have more errors than one answer lists: correct these, then send them again for the others.",
    ],
    [
      "tokens than are read",
      { query: `{ ${"a ".repeat(2000)} }` },
      "GRAPHQL_PARSE_FAILED",
      "The document has more than 1000 tokens: select less, put long lists of values into variables, or send several operations.",
    ],
  ])("more %s: the last error says what to do", async (_, body, code, message) => {
    const { errors } = (await http().post("/graphql").send(body)).body;
    expect(errors.at(-1)).toMatchObject({ message, extensions: { code } });
  });

  test.each([
    ["{ nope }", "GRAPHQL_VALIDATION_FAILED"],
    ["{", "GRAPHQL_PARSE_FAILED"],
    ['{ feed(on: "2026-02-30") { key } }', "GRAPHQL_VALIDATION_FAILED"],
  ])("%s is answered with %s and no stack", async (query, code) => {
    const { errors } = await t.api.ask(query);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|stacktrace/);
  });
});
