import request from "supertest";
import { AccessTokenScope } from "../src/users/access-token.entity";
import { startApi, type TestApi } from "./support/api";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { signIn } from "./support/factories";
import { Issuer } from "./support/issuer";
import { openListener } from "./support/raw-listener";

const VIEWER = "{ viewer { username } }";
const LISTEN = "subscription { feedChanged { at } }";
const CREATE = `mutation ($input: CreateAccessTokenInput!) {
  createAccessToken(input: $input) { accessToken { id } secret userErrors { code } } }`;
const { UPVOTES_WRITE, PAPERS_WRITE, TOKENS_WRITE } = AccessTokenScope;

/** What each scope opens; what is asked for does not exist, so that nothing is changed. */
const ACTIONS = {
  [UPVOTES_WRITE]: [
    'mutation { done: upvotePaper(input: { paperId: "x" }) { changed } }',
    'mutation { done: removePaperUpvote(input: { paperId: "x" }) { changed } }',
  ],
  [PAPERS_WRITE]: ["mutation { done: upsertPapers(input: { papers: [] }) { created } }"],
  [TOKENS_WRITE]: [
    'mutation { done: createAccessToken(input: { name: "", scopes: [] }) { secret } }',
    'mutation { done: revokeAccessToken(input: { id: "x" }) { revoked } }',
  ],
};

describe("a credential", () => {
  let db: TestDatabase;
  let api: TestApi;
  const issuer = new Issuer();
  beforeAll(async () => {
    await issuer.start();
    db = await createTestDatabase();
    api = await startApi(db, { oidc: { issuer: issuer.url, audience: "papers", mayMakeTokens: true } });
  });
  afterAll(async () => {
    await api.close();
    await db.close();
    issuer.close();
  });

  const http = () => request(api.server.server);
  const codeIn = (body: { errors?: { extensions: { code: string } }[] }) => body.errors?.[0]?.extensions.code ?? "OK";
  const header = (token: string) => ({ authorization: `Bearer ${token}` });

  /** Each way in, with what it says to a token: OK, or a code. */
  const doors: Record<string, (token: string) => Promise<string>> = {
    POST: async (token) => codeIn((await http().post("/graphql").set(header(token)).send({ query: VIEWER })).body),
    "POST once more": async (token) => doors.POST!(token),
    GET: async (token) =>
      codeIn(
        (
          await http()
            .get("/graphql")
            .set({ ...header(token), "apollo-require-preflight": "1" })
            .query({ query: VIEWER })
        ).body,
      ),
    "GET once more": async (token) => doors.GET!(token),
    "server-sent events": async (token) => {
      const abort = new AbortController();
      const url = `http://127.0.0.1:${(api.server.server.address() as { port: number }).port}/graphql/stream`;
      const headers = { ...header(token), accept: "text/event-stream", "content-type": "application/json" };
      const body = JSON.stringify({ query: LISTEN });
      const answer = await fetch(url, { method: "POST", headers, body, signal: abort.signal });
      const code = answer.status === 200 ? "OK" : codeIn(await answer.json());
      abort.abort();
      return code;
    },
    "a WebSocket": (token) => openSocket({}, header(token)),
    "a WebSocket with the token in its header": (token) => openSocket({ headers: header(token) }, {}),
  };
  const openSocket = async (options: object, payload: object): Promise<string> => {
    const listener = await openListener(api, options);
    listener.send({ type: "connection_init", payload });
    const taken = listener.hears("connection_ack").then(
      () => "OK",
      () => "",
    );
    const code = (await taken) || ((await listener.closed).code === 4403 ? "UNAUTHENTICATED" : "another");
    listener.socket.terminate();
    return code;
  };

  const makeBy = async (token: string, input: object = {}) => {
    const { createAccessToken } = await api.data(CREATE, { input: { name: "x", scopes: [], ...input } }, token);
    return { ...createAccessToken.accessToken, secret: createAccessToken.secret };
  };
  const soon = () => new Date(Date.now() + 60_000).toISOString();
  /** A token, what it made, and what that made, of which the first is revoked. */
  const revokedLine = async () => {
    const root = await signIn(db, "ada", [TOKENS_WRITE]);
    const maker = await makeBy(root, { scopes: [TOKENS_WRITE] });
    const child = await makeBy(maker.secret, { scopes: [TOKENS_WRITE] });
    const grandchild = await makeBy(child.secret);
    await api.data(`mutation { revokeAccessToken(input: { id: "${maker.id}" }) { revoked } }`, {}, root);
    return { maker, child, grandchild };
  };
  const jwt = (scope: string, over: object = {}) => issuer.token({ sub: "1", scope }, over);

  test.each<[string, () => Promise<string>, string, AccessTokenScope[]]>([
    ["a token without scopes", () => signIn(db, "ada", []), "OK", []],
    ["a token that votes", () => signIn(db, "ada", [UPVOTES_WRITE]), "OK", [UPVOTES_WRITE]],
    ["a token that sends papers", () => signIn(db, "ada", [PAPERS_WRITE]), "OK", [PAPERS_WRITE]],
    ["a token that makes tokens", () => signIn(db, "ada", [TOKENS_WRITE]), "OK", [TOKENS_WRITE]],
    ["an expired token", () => signIn(db, "ada", [TOKENS_WRITE], new Date(Date.now() - 1)), "UNAUTHENTICATED", []],
    ["a revoked token", async () => (await revokedLine()).maker.secret, "UNAUTHENTICATED", []],
    ["a child of a revoked token", async () => (await revokedLine()).child.secret, "UNAUTHENTICATED", []],
    ["a grandchild of a revoked token", async () => (await revokedLine()).grandchild.secret, "UNAUTHENTICATED", []],
    ["a token that is made up", async () => "dp_made_up", "UNAUTHENTICATED", []],
    ["a JWT", () => jwt("openid"), "OK", [UPVOTES_WRITE]],
    ["a JWT that sends papers", () => jwt("PAPERS_WRITE"), "OK", [UPVOTES_WRITE, PAPERS_WRITE]],
    ["a JWT that makes tokens", () => jwt("TOKENS_WRITE openid"), "OK", [UPVOTES_WRITE, TOKENS_WRITE]],
    ["a JWT with a scope that is none", () => jwt("tokens_write TOKENS_WRITES"), "OK", [UPVOTES_WRITE]],
    ["an expired JWT", () => jwt("TOKENS_WRITE", { expires: "-1m" }), "UNAUTHENTICATED", []],
    ["a JWT for somebody else", () => jwt("TOKENS_WRITE", { audience: "another" }), "UNAUTHENTICATED", []],
    [
      "a token that a JWT made",
      async () => (await makeBy(await jwt("TOKENS_WRITE"), { scopes: [UPVOTES_WRITE], expiresAt: soon() })).secret,
      "OK",
      [UPVOTES_WRITE],
    ],
  ])("that is %s is the same at every door, and opens what its scopes name", async (_, make, code, scopes) => {
    const token = await make();
    for (const [name, enter] of Object.entries(doors)) {
      expect({ name, code: await enter(token) }).toEqual({ name, code });
    }
    for (const [scope, actions] of Object.entries(ACTIONS)) {
      const mayAct = scopes.some((each) => each === scope);
      for (const action of actions) {
        const answer = await api.ask(action, {}, token);
        expect({ action, code: codeIn(answer as never) }).toEqual({
          action,
          code: code !== "OK" ? code : mayAct ? "OK" : "FORBIDDEN",
        });
      }
    }
  });
});
