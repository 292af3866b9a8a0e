import { createHash } from "node:crypto";
import { serverAudits } from "graphql-http";
import { portOf } from "../../support/api";
import { signIn } from "../../support/factories";
import { useApi } from "../../support/use-api";

const QUERY = '{ feed(on: "2026-01-01") { key } }';
const sha256Hash = createHash("sha256").update(QUERY).digest("hex");
const persistedQuery = { version: 1, sha256Hash };
/** What a page of another site cannot send without asking first. */
const PREFLIGHTED = { "apollo-require-preflight": "1" };

describe("GraphQL over HTTP", () => {
  const t = useApi();
  const http = () => t.api.http();
  const get = (query: object, headers = {}) =>
    http()
      .get("/graphql")
      .query(query)
      .set({ ...PREFLIGHTED, ...headers });
  const post = (body: object) => http().post("/graphql").send(body);

  const url = () => `http://127.0.0.1:${portOf(t.api)}/graphql`;
  const audits = serverAudits({
    url,
    // Apollo's CSRF prevention asks for it on a GET; every audit's other headers stay as they are.
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...PREFLIGHTED } }),
  });

  test("is checked by all 61 audits of the specification's reference", () => expect(audits).toHaveLength(61));

  test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))("audit %s: %s", async (_, __, audit) => {
    expect(await audit.fn()).toMatchObject({ status: "ok" });
  });

  describe("a persisted query", () => {
    test.each([["GET"], ["POST"]])("by %s is asked for, kept, and then known by its hash alone", async (method) => {
      const query = `${QUERY} # ${method}`;
      const hash = createHash("sha256").update(query).digest("hex");
      const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };
      const send = (body: { query?: string }) =>
        method === "GET" ? get({ ...body, extensions: JSON.stringify(extensions) }) : post({ ...body, extensions });
      expect((await send({})).body.errors).toMatchObject([{ extensions: { code: "PERSISTED_QUERY_NOT_FOUND" } }]);
      expect((await send({ query })).body).toEqual({ data: { feed: { key: "2026-01-01" } } });
      expect((await send({})).body).toEqual({ data: { feed: { key: "2026-01-01" } } });
    });

    test("with another hash than its own is a mistake of the caller's", async () => {
      const answer = await post({ query: "{ __typename }", extensions: { persistedQuery } });
      expect(answer.body.errors).toMatchObject([
        { message: expect.stringContaining("sha"), extensions: { code: "BAD_USER_INPUT", argument: "extensions" } },
      ]);
    });

    test("that is not known may not be kept by caches", async () => {
      const unknown = { persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } };
      const answer = await get({ extensions: JSON.stringify(unknown) });
      expect(answer.headers["cache-control"]).toBe("private, no-cache");
    });
  });

  describe("an answer to a GET", () => {
    test("may be kept for a few seconds when it is the same for everyone, and is told to be unchanged by its ETag", async () => {
      const first = await get({ query: QUERY });
      expect(first.headers).toMatchObject({ "cache-control": "public, max-age=5", etag: expect.any(String) });
      expect(first.headers.vary!.split(", ")).toEqual(expect.arrayContaining(["accept", "authorization"]));
      const again = await get({ query: QUERY }, { "if-none-match": first.headers.etag });
      expect([again.status, again.text]).toEqual([304, ""]);
    });

    test("is private when it is the viewer's own, or asks about the viewer", async () => {
      const token = await signIn(t.db, "ada");
      const own = await get({ query: QUERY }, { authorization: `Bearer ${token}` });
      const aboutViewer = await get({
        query: "query($no: Boolean!) { viewer @include(if: $no) { id } }",
        variables: '{"no":false}',
      });
      const deep = await get({ query: "{ papers { nodes { ...F } } } fragment F on Paper { viewerHasUpvoted }" });
      const allowance = await get({ query: "{ rateLimit { used } }" });
      for (const { status, headers } of [own, aboutViewer, deep, allowance]) {
        expect([status, headers["cache-control"]]).toEqual([200, "private, no-cache"]);
      }
    });

    test("is never kept when it holds an error, and one to a POST has no such header", async () => {
      expect((await get({ query: '{ author(id: "x") { name } }' })).headers["cache-control"]).toBe("private, no-cache");
      expect((await post({ query: QUERY })).headers["cache-control"]).toBeUndefined();
    });

    test("is refused when it would change something", async () => {
      const mutation = 'mutation { upvotePaper(input: { paperId: "x" }) { changed } }';
      const answer = await get({ query: mutation });
      expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
      expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    });

    test("is refused when a foreign page could have sent it without asking first", async () => {
      const answer = await http().get("/graphql").query({ query: QUERY });
      expect(answer.status).toBe(400);
      expect(answer.body.errors).toMatchObject([{ message: expect.stringContaining("CSRF") }]);
    });
  });

  test("takes one operation a request: a batch is refused, and told so", async () => {
    const answer = await post([{ query: QUERY }, { query: QUERY }]);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  });

  test.each([
    ["application/json; charset=utf-16", Buffer.from(JSON.stringify({ query: QUERY }), "utf16le")],
    ["application/json; charset=iso-8859-1", Buffer.from(JSON.stringify({ query: `${QUERY} # é` }), "latin1")],
    ["application/json", Buffer.from(JSON.stringify({ query: `${QUERY} # é` }), "latin1")],
  ])("is UTF-8 only: %s", async (type, body) => {
    const answer = await fetch(url(), { method: "POST", headers: { "content-type": type }, body });
    expect(answer.status).toBe(415);
    expect(((await answer.json()) as { errors: object[] }).errors).toMatchObject([
      { extensions: { code: "BAD_USER_INPUT", argument: "body" } },
    ]);
  });

  test("tells the size of a body that is too large", async () => {
    const answer = await post({ query: QUERY, variables: { text: "x".repeat(102_400) } });
    expect(answer.status).toBe(413);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument: "body" } }]);
  });

  test("a method that it does not know is answered with those that it does", async () => {
    const answer = await http().delete("/graphql");
    expect([answer.status, answer.headers.allow]).toEqual([405, "GET, POST, OPTIONS"]);
  });
});
