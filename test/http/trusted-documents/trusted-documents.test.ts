import { getIntrospectionQuery } from "graphql";
import { defaultOptimizations } from "../../../src/config/optimizations";
import { AccessTokenScope } from "../../../src/users/access-token.entity";
import { portOf, startApi, type TestApi } from "../../support/api";
import { signIn } from "../../support/factories";
import { asGet, asPost, createHttpClient } from "../../support/http-client";
import { useIssuer } from "../../support/issuer";
import { useApi } from "../../support/use-api";
import { LIST, LIST_ID, OTHER, persisted, sha256, trustedDocuments } from "./documents";

describe("trusted documents", () => {
  const t = useApi({ trustedDocuments });
  const issuer = useIssuer();
  let only: TestApi;
  let plain: TestApi;
  let developer: string;
  let other: string;
  beforeAll(async () => {
    const oidc = { issuer: issuer.url, audience: "papers" };
    only = t.use(await startApi(t.db, { trustedDocuments, trustedOnly: true, oidc }));
    const optimizations = { ...defaultOptimizations, fastPath: false };
    plain = t.use(await startApi(t.db, { trustedDocuments, trustedOnly: true, optimizations }));
    developer = await signIn(t.db, "dev", [AccessTokenScope.DEVELOP]);
    other = await signIn(t.db, "ada");
  });

  const send = async (api: TestApi, sent: Parameters<ReturnType<typeof createHttpClient>["send"]>[0]) => {
    const client = createHttpClient(portOf(api), 1);
    const { status, body } = await client.send(sent).finally(client.close);
    const { data, errors } = JSON.parse(body);
    return { status, data, code: errors?.[0].extensions.code, message: errors?.[0].message };
  };
  const post = (api: TestApi, body: object, token?: string) => send(api, asPost(body, token));
  const everywhere = () => [t.api, only, plain];
  const COUNTED = { status: 200, data: { papers: { totalCount: 0 } } };
  const NOT_TRUSTED = { status: 400, code: "DOCUMENT_NOT_TRUSTED" };

  test("are asked for by SHA-256, with variables, by POST and GET, again and again", async () => {
    for (const api of everywhere()) {
      for (let i = 0; i < 3; i++) {
        expect(await post(api, { documentId: LIST_ID, variables: { n: 2 } })).toMatchObject(COUNTED);
        expect(await send(api, asGet({ documentId: LIST_ID, variables: '{"n":2}' }))).toMatchObject(COUNTED);
        expect(await send(api, asGet({ documentId: LIST_ID, operationName: "List" }))).toMatchObject(COUNTED);
        expect(await post(api, { documentId: LIST_ID, variables: { n: "two" } })).toMatchObject({
          code: "BAD_USER_INPUT",
        });
      }
    }
  });

  test("are asked for by the id in their file, and by either as that of a persisted query", async () => {
    for (const api of everywhere()) {
      expect(await post(api, { documentId: sha256(LIST) })).toMatchObject(COUNTED);
      expect(await post(api, { extensions: persisted(sha256(LIST)) })).toMatchObject(COUNTED);
      for (const sent of [{ documentId: "vote-1" }, { extensions: persisted("vote-1") }]) {
        expect(await post(api, sent)).toMatchObject({ code: "UNAUTHENTICATED" });
      }
    }
  });

  test("are asked for by SHA-256 in upper case, too", async () => {
    for (const api of everywhere()) {
      for (const documentId of [sha256(LIST).toUpperCase(), LIST_ID.toUpperCase()]) {
        expect(await post(api, { documentId })).toMatchObject(COUNTED);
        expect(await send(api, asGet({ documentId }))).toMatchObject(COUNTED);
      }
    }
  });

  test("are trusted as texts, too, with a hash that is theirs", async () => {
    for (const api of everywhere()) {
      for (let i = 0; i < 3; i++) expect(await post(api, { query: LIST })).toMatchObject(COUNTED);
      expect(await post(api, { query: LIST, extensions: persisted(sha256(LIST)) })).toMatchObject(COUNTED);
      expect(await post(api, { query: LIST, extensions: persisted(sha256(OTHER)) })).toMatchObject({
        status: 400,
        code: "BAD_USER_INPUT",
      });
    }
  });

  test("are alone: another is refused as a text and as a persisted query, whoever made it known", async () => {
    for (const api of [only, plain]) {
      for (let i = 0; i < 3; i++) expect(await post(api, { query: OTHER })).toMatchObject(NOT_TRUSTED);
      expect(await post(api, { query: OTHER }, other)).toMatchObject(NOT_TRUSTED);
      expect(await send(api, asGet({ query: OTHER }))).toMatchObject({ code: NOT_TRUSTED.code });
      expect(await post(api, { query: `${LIST} ` })).toMatchObject(NOT_TRUSTED);
      expect(await post(api, { query: "{" })).toMatchObject(NOT_TRUSTED);
      const known = { query: OTHER, extensions: persisted(sha256(OTHER)) };
      expect(await post(api, known)).toMatchObject(NOT_TRUSTED);
      for (let i = 0; i < 3; i++) expect(await post(api, known, developer)).toMatchObject(COUNTED);
      const { query: _, ...byHash } = known;
      for (let i = 0; i < 3; i++) expect(await post(api, byHash, developer)).toMatchObject(COUNTED);
      expect(await post(api, byHash)).toMatchObject(NOT_TRUSTED);
      expect(await post(api, { query: OTHER })).toMatchObject(NOT_TRUSTED);
    }
    expect(await post(t.api, { query: OTHER })).toMatchObject(COUNTED);
  });

  test("a token with the scope DEVELOP may send any document", async () => {
    for (let i = 0; i < 3; i++) expect(await post(only, { query: OTHER }, developer)).toMatchObject(COUNTED);
    const signedIn = (scope: string) => issuer.token({ sub: "1", scope });
    expect(await post(only, { query: OTHER }, await signedIn("openid DEVELOP"))).toMatchObject(COUNTED);
    expect(await post(only, { query: OTHER }, await signedIn("openid"))).toMatchObject(NOT_TRUSTED);
  });

  test("refusals are a 200 to a client that takes only JSON", async () => {
    const { status, body } = await only.http().post("/graphql").send({ query: OTHER });
    expect(status).toBe(200);
    expect(body.errors[0].message).toContain("scope DEVELOP");
    expect(body.data).toBeUndefined();
  });

  test.each(["nothing", "sha256:00", `sha256:${"0".repeat(64)}`, "VOTE-1", "__proto__", "constructor"])(
    "the unknown id %s is DOCUMENT_NOT_FOUND",
    async (documentId) => {
      for (const api of everywhere()) {
        const found = await post(api, { documentId }, developer);
        expect(found).toMatchObject({ status: 400, code: "DOCUMENT_NOT_FOUND" });
        expect(found.message).toContain(documentId);
      }
    },
  );

  test.each([
    [{ documentId: LIST_ID, query: LIST }, "documentId"],
    [{ documentId: LIST_ID, extensions: persisted(sha256(LIST)) }, "documentId"],
    [{ documentId: 7 }, "documentId"],
    [{ documentId: "" }, "query"],
  ])("%j is BAD_USER_INPUT of %s", async (sent, argument) => {
    for (const api of everywhere()) {
      const { body } = await api.http().post("/graphql").send(sent);
      expect(body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT", argument } }]);
    }
  });

  test("an empty documentId beside a query is none", async () => {
    expect(await post(only, { query: LIST, documentId: null })).toMatchObject(COUNTED);
    expect(await send(only, asGet({ query: LIST, documentId: "" }))).toMatchObject(COUNTED);
  });

  test("a mutation is not executed by GET", async () => {
    expect(await send(only, asGet({ documentId: "vote-1" }))).toMatchObject({ status: 405, code: "BAD_USER_INPUT" });
  });

  test("GraphiQL's introspection is refused with what to do, and answered to a developer", async () => {
    const query = getIntrospectionQuery();
    expect(await post(only, { query })).toMatchObject({ ...NOT_TRUSTED, message: expect.stringContaining("DEVELOP") });
    const { data } = await post(only, { query }, developer);
    expect(data.__schema).toBeDefined();
    expect((await only.http().get("/graphiql")).status).toBe(200);
  });

  test("pages and papers as documents of this server's own are served as ever", async () => {
    expect((await only.http().get("/papers/2601.00001.bib")).status).toBe(404);
    expect((await only.http().get("/healthz")).status).toBe(200);
  });
});
