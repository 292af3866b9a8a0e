import { AccessTokenScope } from "../../src/users/access-token.entity";
import { forgetEndedTokens } from "../../src/users/access-token.service";
import { runTokenCommand } from "../../src/users/token-command";
import { startApi, withLimits } from "../support/api";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { pageFields, walkForward } from "../support/paging";
import { useApi } from "../support/use-api";

const VIEWER = "{ viewer { username } }";
const CREATE = `mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) {
  accessToken { id name scopes createdAt expiresAt lastUsedAt revokedAt madeBy { name } } secret userErrors { code message path } } }`;
const REVOKE = "mutation ($id: ID!) { revokeAccessToken(input: { id: $id }) { revoked userErrors { code path } } }";
const LIST = `{ viewer { accessTokens(first: 100) {
  totalCount nodes { id name scopes createdAt expiresAt lastUsedAt revokedAt madeBy { name } } } } }`;
const PAGES = `query ($first: Int, $after: String) { viewer { accessTokens(first: $first, after: $after) { ${pageFields} } } }`;
const { UPVOTES_WRITE, PAPERS_WRITE, TOKENS_WRITE } = AccessTokenScope;
const FOR_EVER = "2999-01-01T00:00:00.000Z";

describe("access tokens", () => {
  const issuer = useIssuer();
  const t = useApi(() => ({ oidc: { issuer: issuer.url, audience: "papers", mayMakeTokens: true } }));
  afterEach(() => t.db.reset());

  const viewerOf = async (token: string) => (await t.api.data(VIEWER, {}, token)).viewer;
  const codeOf = async (query: string, variables: object, token?: string) =>
    (await t.api.ask(query, variables, token)).errors?.[0]?.extensions.code ?? "OK";
  const isRefused = async (token: string) => (await codeOf(VIEWER, {}, token)) === "UNAUTHENTICATED";
  const create = async (input: object, token: string, from = t.api) =>
    (await from.data(CREATE, { input: { name: "x", scopes: [], ...input } }, token)).createAccessToken;
  const revoke = async (id: string, token: string) => (await t.api.data(REVOKE, { id }, token)).revokeAccessToken;
  const list = async (token: string) => (await t.api.data(LIST, {}, token)).viewer.accessTokens;

  test("work at once, with their scopes, until they are revoked", async () => {
    const own = await signIn(t.db, "ada", [UPVOTES_WRITE, TOKENS_WRITE]);
    const input = { name: " My site ", scopes: [UPVOTES_WRITE, UPVOTES_WRITE], expiresAt: FOR_EVER };
    const made = await create(input, own);
    expect(made).toMatchObject({
      accessToken: {
        name: "My site",
        scopes: [UPVOTES_WRITE],
        expiresAt: FOR_EVER,
        lastUsedAt: null,
        revokedAt: null,
        madeBy: { name: "test" },
      },
      userErrors: [],
    });
    expect(await viewerOf(made.secret)).toMatchObject({ username: "ada" });
    expect(await revoke(made.accessToken.id, own)).toEqual({ revoked: true, userErrors: [] });
    expect(await isRefused(made.secret)).toBe(true);
    expect(await revoke(made.accessToken.id, own)).toEqual({ revoked: false, userErrors: [] });
  });

  test("are one's own only, and have no more than one's own scopes", async () => {
    const ada = await signIn(t.db, "ada", [UPVOTES_WRITE, TOKENS_WRITE]);
    const bob = await signIn(t.db, "bob", [TOKENS_WRITE]);
    expect(await create({ scopes: [PAPERS_WRITE] }, ada)).toMatchObject({
      accessToken: null,
      secret: null,
      userErrors: [{ code: "NOT_ALLOWED", path: ["input", "scopes"] }],
    });
    const made = await create({}, ada);
    const { id } = made.accessToken;
    expect((await revoke(id, bob)).revoked).toBe(false);
    expect(await viewerOf(made.secret)).toMatchObject({ username: "ada" });
    expect(await t.api.data("query ($id: ID!) { node(id: $id) { id } }", { id }, ada)).toEqual({ node: null });
  });

  test("are made and revoked by TOKENS_WRITE alone", async () => {
    const strong = await signIn(t.db, "ada", [TOKENS_WRITE]);
    const { id } = (await list(strong)).nodes[0];
    for (const scopes of [[], [UPVOTES_WRITE, PAPERS_WRITE]]) {
      const weak = await signIn(t.db, "ada", scopes);
      expect(await codeOf(CREATE, { input: { name: "x", scopes: [] } }, weak)).toBe("FORBIDDEN");
      expect(await codeOf(REVOKE, { id }, weak)).toBe("FORBIDDEN");
    }
    expect(await viewerOf(strong)).toMatchObject({ username: "ada" });
  });

  test("work for no longer than the token that makes them, be it one of ours or a JWT", async () => {
    const end = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60 * 60_000);
    const jwt = await issuer.token({ sub: "1", scope: "TOKENS_WRITE" }, { expires: end.getTime() / 1000 });
    for (const hour of [await signIn(t.db, "ada", [TOKENS_WRITE], end), jwt]) {
      for (const expiresAt of [null, new Date(end.getTime() + 1).toISOString(), FOR_EVER]) {
        expect(await create({ expiresAt }, hour)).toMatchObject({
          accessToken: null,
          secret: null,
          userErrors: [{ code: "NOT_ALLOWED", path: ["input", "expiresAt"] }],
        });
      }
      const made = await create({ expiresAt: end.toISOString(), scopes: [TOKENS_WRITE] }, hour);
      expect(made.accessToken).toMatchObject({ expiresAt: end.toISOString(), scopes: [TOKENS_WRITE] });
      expect((await create({ expiresAt: FOR_EVER }, made.secret)).userErrors).toHaveLength(1);
      const sooner = new Date(end.getTime() - 1000).toISOString();
      expect((await create({ expiresAt: sooner }, made.secret)).accessToken.expiresAt).toBe(sooner);
    }
  });

  test("are made by a JWT only where a setting and its scope say so", async () => {
    const input = { name: "x", scopes: [], expiresAt: new Date(Date.now() + 60_000).toISOString() };
    const token = await issuer.token({ sub: "1", scope: "openid TOKENS_WRITE" });
    expect(await codeOf(CREATE, { input }, token)).toBe("OK");
    expect(await codeOf(CREATE, { input }, await issuer.token({ sub: "1" }))).toBe("FORBIDDEN");
    const deaf = await startApi(t.db, { oidc: { issuer: issuer.url, audience: "papers" } });
    expect((await deaf.ask(CREATE, { input }, token)).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    await deaf.close();
  });

  test("end with the token that made them, all generations, and nothing else does", async () => {
    const root = await signIn(t.db, "ada", [TOKENS_WRITE]);
    const child = await create({ name: "child", scopes: [TOKENS_WRITE] }, root);
    const grandchild = await create({ name: "grandchild", scopes: [TOKENS_WRITE] }, child.secret);
    const last = await create({ name: "last" }, grandchild.secret);
    const other = await create({ name: "other" }, root);
    expect((await revoke(child.accessToken.id, root)).revoked).toBe(true);
    for (const { secret } of [child, grandchild, last]) expect(await isRefused(secret)).toBe(true);
    expect(await viewerOf(other.secret)).toMatchObject({ username: "ada" });
    const { nodes } = await list(root);
    expect(nodes.map(({ name, revokedAt, madeBy }: Record<string, unknown>) => [name, !!revokedAt, madeBy])).toEqual([
      ["other", false, { name: "test" }],
      ["last", true, { name: "grandchild" }],
      ["grandchild", true, { name: "child" }],
      ["child", true, { name: "test" }],
      ["test", false, null],
    ]);
    const number = (await runTokenCommand(t.db, ["list"])).split(" ")[0]!;
    await runTokenCommand(t.db, ["revoke", number]);
    expect(await isRefused(other.secret)).toBe(true);
  });

  test("that are made while their maker is revoked end with it", async () => {
    for (let round = 0; round < 5; round++) {
      const root = await signIn(t.db, "ada", [TOKENS_WRITE]);
      const maker = await create({ scopes: [TOKENS_WRITE] }, root);
      const making = Array.from({ length: 5 }, () =>
        t.api.ask(CREATE, { input: { name: "x", scopes: [] } }, maker.secret),
      );
      await revoke(maker.accessToken.id, root);
      for (const { data, errors } of await Promise.all(making)) {
        if (errors) expect(errors[0]!.extensions.code).toBe("UNAUTHENTICATED");
        else expect(await isRefused(data.createAccessToken.secret)).toBe(true);
      }
    }
  });

  test("are at most so many a user, however many are asked for at once; ended ones do not count, and few are kept", async () => {
    await withLimits(t.db, { MAX_ACCESS_TOKENS: 10 }, async (small) => {
      const own = await signIn(t.db, "ada", [TOKENS_WRITE]);
      const answers = await Promise.all(Array.from({ length: 20 }, () => create({}, own, small)));
      const made = answers.filter(({ accessToken }) => accessToken);
      expect(made).toHaveLength(9);
      const refused = answers.filter(({ accessToken }) => !accessToken);
      expect(refused[0]).toMatchObject({ secret: null, userErrors: [{ code: "LIMIT_REACHED", path: ["input"] }] });
      expect(await create({}, await signIn(t.db, "bob", [TOKENS_WRITE]), small)).toMatchObject({ userErrors: [] });
      await expect(runTokenCommand(t.db, ["create", "--user", "ada"], 10)).rejects.toThrow(
        "ada already has 10 working tokens",
      );
      await revoke(made[0].accessToken.id, own);
      expect((await create({}, own, small)).userErrors).toEqual([]);
      await t.db.run(`insert into access_tokens (user_id, name, scopes, secret_hash, revoked_at)
        select min(id), 'ended', '{}', i::text::bytea, now() - i * interval '1 hour'
        from users, generate_series(1, 200) i where username = 'ada' group by i`);
      await revoke(made[1].accessToken.id, own);
      await create({}, own, small);
      const { totalCount, nodes } = await list(own);
      expect(totalCount).toBe(60);
      expect(nodes.filter(({ revokedAt }: { revokedAt: unknown }) => !revokedAt)).toHaveLength(10);
    });
  });

  test("are forgotten a month after their end", async () => {
    const own = await signIn(t.db, "ada", [], new Date(Date.now() + 60 * 60_000));
    await t.db.run(`insert into access_tokens (user_id, name, scopes, secret_hash, expires_at, revoked_at)
      select id, e.name, '{}', e.name::bytea, now() - e.expired, now() - e.revoked
      from users, (values ('expired', interval '31 days', null::interval), ('revoked', '-1 day', '31 days'),
        ('just expired', '29 days', null), ('just revoked', null, '29 days')) e (name, expired, revoked)`);
    await forgetEndedTokens(t.db);
    const names = (await list(own)).nodes.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(["just expired", "just revoked", "test"]);
  });

  test("are listed to their user alone, whole and page by page, without any secret", async () => {
    const own = await signIn(t.db, "ada", [TOKENS_WRITE]);
    for (let i = 0; i < 7; i++) await create({ name: `token ${i}`, scopes: [] }, own);
    const all = await list(own);
    expect(all.totalCount).toBe(8);
    expect(all.nodes[0]).toMatchObject({ name: "token 6", scopes: [], expiresAt: null, revokedAt: null });
    const walk = {
      query: PAGES,
      token: own,
      at: (data: { viewer: { accessTokens: object } }) => data.viewer.accessTokens,
    };
    const ids = all.nodes.map(({ id }: { id: string }) => id);
    for (const first of [1, 3]) expect(await walkForward(t.api, walk, first)).toEqual(ids);
    await importRecords(t.db, [sourceRecord()]);
    await t.db.run("update papers set submitter_id = (select id from users)");
    const OTHER = "{ papers { nodes { submittedBy { username accessTokens { totalCount } } } } }";
    const of = async (token?: string) => (await t.api.data(OTHER, {}, token)).papers.nodes[0].submittedBy.accessTokens;
    expect(await of(own)).toEqual({ totalCount: 8 });
    expect(await of(await signIn(t.db, "bob"))).toBeNull();
    expect(await of()).toBeNull();
  });

  test.each([
    [{ name: " " }, ["input", "name"]],
    [{ name: "x".repeat(101) }, ["input", "name"]],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, ["input", "expiresAt"]],
  ])("%j is answered with a userError", async (input, path) => {
    const answer = await create(input, await signIn(t.db, "ada", [TOKENS_WRITE]));
    expect(answer).toMatchObject({ accessToken: null, userErrors: [{ code: "INVALID", path }] });
  });

  test("are made only when someone is there; the other fields of the request are answered", async () => {
    const { data, errors } = await t.api.ask(`mutation { revokeAccessToken(input: { id: "x" }) { revoked } }`);
    expect(data).toEqual({ revokeAccessToken: null });
    expect(errors).toMatchObject([{ path: ["revokeAccessToken"], extensions: { code: "UNAUTHENTICATED" } }]);
    const answer = await revoke("garbage", await signIn(t.db, "ada", [TOKENS_WRITE]));
    expect(answer).toEqual({ revoked: false, userErrors: [{ code: "NOT_FOUND", path: ["input", "id"] }] });
  });
});
