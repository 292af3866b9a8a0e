import { AccessTokenScope } from "../../src/users/access-token.entity";
import { portOf } from "../support/api";
import { signIn } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { openListener } from "../support/raw-listener";
import { useApi } from "../support/use-api";

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
  const issuer = useIssuer();
  const t = useApi(() => ({ oidc: { issuer: issuer.url, audience: "papers", mayMakeTokens: true } }));

  const http = () => t.api.http();
  const codeIn = (body: { errors?: { extensions: { code: string } }[] }) => body.errors?.[0]?.extensions.code ?? "OK";
  const header = (token: string) => ({ authorization: `Bearer ${token}` });

  /** Each way in, with what it says to a token: OK, or a code. */
  const entryPoints: Record<string, (token: string) => Promise<string>> = {
    POST: async (token) => codeIn((await http().post("/graphql").set(header(token)).send({ query: VIEWER })).body),
    "POST once more": async (token) => entryPoints.POST!(token),
    GET: async (token) =>
      codeIn(
        (
          await http()
            .get("/graphql")
            .set({ ...header(token), "apollo-require-preflight": "1" })
            .query({ query: VIEWER })
        ).body,
      ),
    "GET once more": async (token) => entryPoints.GET!(token),
    "server-sent events": async (token) => {
      const abort = new AbortController();
      const url = `http://127.0.0.1:${portOf(t.api)}/graphql/stream`;
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
    const listener = await openListener(t.api, options);
    listener.send({ type: "connection_init", payload });
    const taken = listener.hears("connection_ack").then(
      () => "OK",
      () => "",
    );
    const code = (await taken) || ((await listener.closed).code === 4403 ? "UNAUTHENTICATED" : "another");
    listener.socket.terminate();
    return code;
  };

  test.each([
    ["POST", () => http().post("/graphql?access_token=x").send({ query: VIEWER })],
    ["GET", () => http().get("/graphql").query({ query: VIEWER, authToken: "x" }).set("apollo-require-preflight", "1")],
    [
      "a stream",
      () => http().get("/graphql/stream").query({ query: LISTEN, jwt: "x" }).set("accept", "text/event-stream"),
    ],
  ])("that is in the URL is refused, not left unread, by %s, time and again", async (_, ask) => {
    for (let i = 0; i < 3; i++) {
      const { status, body } = await ask();
      expect(status).toBe(401);
      expect(body.errors).toMatchObject([
        {
          message: expect.stringContaining("is not read: send authorization"),
          extensions: { code: "UNAUTHENTICATED" },
        },
      ]);
    }
  });

  const secret = `dp_${"x".repeat(43)}`;
  const getOf = (headers: object) =>
    http()
      .get("/graphql")
      .query({ query: "{ __typename }" })
      .set({ "apollo-require-preflight": "1", ...headers });

  test.each([
    ["X-API-Key", "dp_x"],
    ["X-API-Key", "whatever"],
    ["Api-Key", "dp_x"],
    ["X-Auth-Token", "dp_x"],
    ["X-Access-Token", "dp_x"],
    ["X-Authorization", "Bearer dp_x"],
    ["Token", "dp_x"],
    ["X-Their-Own", secret],
    ["X-Their-Own", `Bearer ${secret}`],
    ["Cookie", "token=dp_x"],
    ["Cookie", 'theme=dark; session="dp_x"; lang=en'],
    ["Cookie", `auth=Bearer%20${secret}`],
  ])("that is in the header %s: %s is refused, not left unread, at every entry point", async (name, value) => {
    const headers = { [name]: value };
    // A kept answer is given to no one who sends it.
    await getOf({});
    for (let i = 0; i < 2; i++) {
      for (const ask of [
        http().post("/graphql").set(headers).send({ query: VIEWER }),
        getOf(headers),
        http()
          .get("/graphql/stream")
          .query({ query: LISTEN })
          .set({ ...headers, accept: "text/event-stream" }),
      ]) {
        const { status, body } = await ask;
        expect(status).toBe(401);
        expect(body.errors).toMatchObject([
          {
            message: expect.stringContaining(`${name.toLowerCase()} is not read: send authorization`),
            extensions: { code: "UNAUTHENTICATED" },
          },
        ]);
      }
    }
    expect(await openSocket({ headers }, {})).toBe("UNAUTHENTICATED");
  });

  test.each([
    ["X-API-Key", ""],
    ["Cookie", "_ga=GA1.1.1; token=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.; adp_x=1; dp_theme=dark; x=adp_x"],
    ["X-CSRF-Token", "abc"],
    ["X-Forwarded-Access-Token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."],
    ["X-Forwarded-User", "ada"],
    ["X-Request-Id", "dp_1"],
    ["Proxy-Authorization", "Basic YTpi"],
  ])("is not seen in the header %s: %s, which others send", async (name, value) => {
    const headers = { [name]: value };
    const { status, body } = await http().post("/graphql").set(headers).send({ query: VIEWER });
    expect([status, body]).toEqual([200, { data: { viewer: null } }]);
    expect((await getOf(headers)).status).toBe(200);
    expect(await openSocket({ headers }, {})).toBe("OK");
  });

  test("that is read makes no difference to what else there is", async () => {
    const token = await signIn(t.db, "ada", []);
    const headers = { ...header(token), "x-api-key": "dp_x", cookie: "token=dp_x" };
    const { body } = await http().post("/graphql").set(headers).send({ query: VIEWER });
    expect(body).toEqual({ data: { viewer: { username: "ada" } } });
    expect(await openSocket({ headers: { "x-api-key": "dp_x" } }, header(token))).toBe("OK");
  });

  test("that is empty is none", async () => {
    const { body } = await http().post("/graphql").set("authorization", "").send({ query: VIEWER });
    expect(body).toEqual({ data: { viewer: null } });
  });

  const makeBy = async (token: string, input: object = {}) => {
    const { createAccessToken } = await t.api.data(CREATE, { input: { name: "x", scopes: [], ...input } }, token);
    return { ...createAccessToken.accessToken, secret: createAccessToken.secret };
  };
  const soon = () => new Date(Date.now() + 60_000).toISOString();
  /** A token, what it made, and what that made, of which the first is revoked. */
  const revokedLine = async () => {
    const root = await signIn(t.db, "ada", [TOKENS_WRITE]);
    const maker = await makeBy(root, { scopes: [TOKENS_WRITE] });
    const child = await makeBy(maker.secret, { scopes: [TOKENS_WRITE] });
    const grandchild = await makeBy(child.secret);
    await t.api.data(`mutation { revokeAccessToken(input: { id: "${maker.id}" }) { revoked } }`, {}, root);
    return { maker, child, grandchild };
  };
  const jwt = (scope: string, over: object = {}) => issuer.token({ sub: "1", scope }, over);

  test.each<[string, () => Promise<string>, string, AccessTokenScope[]]>([
    ["a token without scopes", () => signIn(t.db, "ada", []), "OK", []],
    ["a token that votes", () => signIn(t.db, "ada", [UPVOTES_WRITE]), "OK", [UPVOTES_WRITE]],
    ["a token that sends papers", () => signIn(t.db, "ada", [PAPERS_WRITE]), "OK", [PAPERS_WRITE]],
    ["a token that makes tokens", () => signIn(t.db, "ada", [TOKENS_WRITE]), "OK", [TOKENS_WRITE]],
    ["an expired token", () => signIn(t.db, "ada", [TOKENS_WRITE], new Date(Date.now() - 1)), "UNAUTHENTICATED", []],
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
  ])("that is %s is the same at every entry point, and opens what its scopes name", async (_, make, code, scopes) => {
    const token = await make();
    for (const [name, enter] of Object.entries(entryPoints)) {
      expect({ name, code: await enter(token) }).toEqual({ name, code });
    }
    for (const [scope, actions] of Object.entries(ACTIONS)) {
      const mayAct = scopes.some((each) => each === scope);
      for (const action of actions) {
        const answer = await t.api.ask(action, {}, token);
        expect({ action, code: codeIn(answer as never) }).toEqual({
          action,
          code: code !== "OK" ? code : mayAct ? "OK" : "FORBIDDEN",
        });
      }
    }
  });
});
