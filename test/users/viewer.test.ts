import { setTimeout as sleep } from "node:timers/promises";
import { SignJWT, UnsecuredJWT } from "jose";
import { runTokenCommand } from "../../src/users/token-command";
import { createTokenUses } from "../../src/users/token-uses";
import { startApi } from "../support/api";
import type { TestDatabase } from "../support/database";
import { signIn } from "../support/factories";
import { Issuer, useIssuer } from "../support/issuer";
import { useApi } from "../support/use-api";

const VIEWER = "{ viewer { username displayName avatarUrl } }";

describe("the viewer", () => {
  const issuer = useIssuer();
  const t = useApi(() => ({ oidc: { issuer: issuer.url, audience: "papers" } }));
  afterEach(async () => {
    jest.restoreAllMocks();
    await t.db.reset();
  });

  const viewerOf = async (token?: string) => (await t.api.data(VIEWER, {}, token)).viewer;
  const expectRefused = async (token: string) => {
    const { data, errors } = await t.api.ask(VIEWER, {}, token);
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    expect(JSON.stringify(errors)).not.toContain(token);
  };

  test("is nobody without a header, and the token's user with one", async () => {
    expect(await viewerOf()).toBeNull();
    expect(await viewerOf(await signIn(t.db, "ada"))).toEqual({ username: "ada", displayName: null, avatarUrl: null });
  });

  test("is never anonymous when the header is not good: 401 that names the scheme", async () => {
    await expectRefused("dp_wrong");
    await expectRefused("nonsense");
    for (const header of ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", ""]) {
      const answer = await t.api.http().post("/graphql").set("authorization", header).send({ query: VIEWER });
      if (header === "") continue;
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe("Bearer");
    }
    expect(t.api.logged).toEqual([]);
  });

  test("is refused when the token is expired or revoked", async () => {
    await expectRefused(await signIn(t.db, "ada", [], new Date(Date.now() - 1000)));
    const secret = await signIn(t.db, "ada");
    await t.db.run("update access_tokens set revoked_at = now()");
    await expectRefused(secret);
  });

  test("tokens are stored as hashes only, and their last use to the minute", async () => {
    const secret = await signIn(t.db, "ada");
    const rows = await t.db.run<{ row: string }>("select t::text as row from access_tokens t");
    expect(rows[0]!.row).not.toContain(secret.slice(3));
    expect(secret).toMatch(/^dp_[\w-]{43}$/);
    // The answer does not wait for it.
    const usedJustNow = async () => {
      const recent = "select from access_tokens where last_used_at > now() - interval '10 seconds'";
      while ((await t.db.run(recent)).length === 0) await sleep(5);
    };
    await viewerOf(secret);
    await usedJustNow();
    await t.db.run("update access_tokens set last_used_at = now() - interval '30 seconds'");
    const lastUse = () => t.db.run("select last_used_at from access_tokens");
    const before = await lastUse();
    await viewerOf(secret);
    expect(await lastUse()).toEqual(before);
    await t.db.run("update access_tokens set last_used_at = now() - interval '2 minutes'");
    await viewerOf(secret);
    await usedJustNow();
  });

  test("uses of many tokens at once are noted by two statements", async () => {
    await Promise.all(Array.from({ length: 40 }, (_, i) => signIn(t.db, `reader${i}`)));
    const tokens = await t.db.run<{ id: number }>("select id from access_tokens");
    let statements = 0;
    const write: TestDatabase["write"] = (statement) => {
      statements++;
      return t.db.write(statement);
    };
    const noteUse = createTokenUses({ ...t.db, write });
    for (const { id } of tokens) noteUse(id);
    const unused = "select from access_tokens where last_used_at is null";
    while ((await t.db.run(unused)).length > 0) await sleep(5);
    expect(tokens).toHaveLength(40);
    expect(statements).toBe(2);
  });

  describe("by an OpenID Connect issuer", () => {
    test("is made at first sight, once, also when many requests come at the same time", async () => {
      const claims = { sub: "1", preferred_username: "grace", name: "Grace Hopper", picture: "https://x.test/g.png" };
      const token = await issuer.token(claims);
      const viewers = await Promise.all(Array.from({ length: 20 }, () => viewerOf(token)));
      for (const viewer of viewers) {
        expect(viewer).toEqual({ username: "grace", displayName: "Grace Hopper", avatarUrl: "https://x.test/g.png" });
      }
      expect(await t.db.run("select from users")).toHaveLength(1);
    });

    test("gets a username of its own when the wanted one is taken, or none", async () => {
      await signIn(t.db, "grace");
      const names = await Promise.all(
        [
          { sub: "1", preferred_username: "grace" },
          { sub: "2", preferred_username: "grace" },
          { sub: "3", preferred_username: "日本" },
        ].map(async (claims) => (await viewerOf(await issuer.token(claims))).username),
      );
      expect(names).toEqual([
        expect.stringMatching(/^grace-/),
        expect.stringMatching(/^grace-/),
        expect.stringMatching(/^reader/),
      ]);
      expect(new Set(names).size).toBe(3);
    });

    test("is known by a rotated key, and an old key's token no more", async () => {
      const old = await issuer.token({ sub: "1", preferred_username: "grace" });
      await viewerOf(old);
      await issuer.rotate();
      const fresh = await startApi(t.db, { oidc: { issuer: issuer.url, audience: "papers" } });
      expect((await fresh.data(VIEWER, {}, await issuer.token({ sub: "1" }))).viewer).toMatchObject({
        username: "grace",
      });
      expect((await fresh.ask(VIEWER, {}, old)).errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
      await fresh.close();
      // An API that knows the old key reads the new one, half a minute after it last looked.
      jest.spyOn(Date, "now").mockReturnValue(Date.now() + 31_000);
      expect(await viewerOf(await issuer.token({ sub: "1" }))).toMatchObject({ username: "grace" });
      await expectRefused(old);
    });

    test("is refused when the token is foreign, expired, for someone else, unsigned or signed by a shared secret", async () => {
      const other = new Issuer();
      await other.start();
      const claims = { sub: "1" };
      await expectRefused(await other.token(claims, { issuer: issuer.url }));
      await expectRefused(await issuer.token(claims, { issuer: "https://elsewhere.example" }));
      await expectRefused(await issuer.token(claims, { audience: "another" }));
      await expectRefused(await issuer.token(claims, { expires: "-5m" }));
      await expectRefused(
        new UnsecuredJWT(claims).setIssuer(issuer.url).setAudience("papers").setExpirationTime("5m").encode(),
      );
      const secret = new TextEncoder().encode("a shared secret of enough length!!");
      await expectRefused(
        await new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256" })
          .setIssuer(issuer.url)
          .setAudience("papers")
          .setExpirationTime("5m")
          .sign(secret),
      );
      await expectRefused(`${(await issuer.token(claims)).slice(0, -4)}AAAA`);
      expect(await t.db.run("select from users")).toHaveLength(0);
      other.close();
    });

    test("may vote, and send papers only when the token's scope says so", async () => {
      const votes = await issuer.token({ sub: "1", scope: "openid profile" });
      const papers = await issuer.token({ sub: "2", scope: "openid PAPERS_WRITE" });
      const upsert = "mutation { upsertPapers(input: { papers: [] }) { created } }";
      expect((await t.api.ask(upsert, {}, votes)).errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
      expect((await t.api.ask(upsert, {}, papers)).errors).toBeUndefined();
      const vote = 'mutation { upvotePaper(input: { paperId: "x" }) { userErrors { code } } }';
      expect((await t.api.ask(vote, {}, votes)).data?.upvotePaper).toEqual({ userErrors: [{ code: "NOT_FOUND" }] });
    });

    test("has no mail address in the public name, and no text that cannot be stored", async () => {
      const claims = { sub: "1", preferred_username: "carol@example.org", name: "Carol\u0000 \ud800X" };
      expect(await viewerOf(await issuer.token(claims))).toMatchObject({ username: "carol", displayName: "Carol X" });
      await expectRefused(await issuer.token({ sub: "" }));
    });

    test("is not taken from metadata of another issuer", async () => {
      const token = await issuer.token({ sub: "1" }, { issuer: `${issuer.url}/` });
      const other = await startApi(t.db, { oidc: { issuer: `${issuer.url}/`, audience: "papers" } });
      expect((await other.ask(VIEWER, {}, token)).errors).toMatchObject([
        { extensions: { code: "SERVICE_UNAVAILABLE" } },
      ]);
      await other.close();
    });
  });

  describe("on the command line", () => {
    const command = (...args: string[]) => runTokenCommand(t.db, args, 3);

    test("create prints the secret alone and makes the user; list and revoke", async () => {
      const secret = await command("create", "--user", "ada", "--scopes", "UPVOTES_WRITE,PAPERS_WRITE");
      expect(secret).toMatch(/^dp_[\w-]{43}$/);
      expect(await viewerOf(secret)).toMatchObject({ username: "ada" });
      await command("create", "--user", "bob", "--name", "bot", "--expires", "2999-01-01");
      const list = await command("list", "--user", "ada");
      expect(list).toMatch(/^\d+ {2}ada {2}UPVOTES_WRITE,PAPERS_WRITE {2}expires never {2}used 2\S+ {2}command line$/);
      expect((await command("list")).split("\n")).toHaveLength(2);
      const number = list.split(" ")[0]!;
      expect(await command("revoke", number)).toBe(`Revoked ${number}.`);
      await expectRefused(secret);
      await expect(command("revoke", number)).rejects.toThrow(`There is no working token ${number}`);
    });

    test.each([
      [["create", "--user", "a b"], "--user a b is not a username"],
      [["create", "--user", "ada", "--scopes", "ALL"], "--scopes ALL must be one of UPVOTES_WRITE, PAPERS_WRITE"],
      [
        ["create", "--user", "ada", "--expires", "2020-01-01"],
        "--expires 2020-01-01 is not a day or time in the future",
      ],
      [["create"], "create needs --user."],
      [["create", "--usr", "ada"], "Unknown option '--usr'"],
      [["revoke", "1", "--user", "bob"], "--user does not go with revoke"],
      [["list", "--name", "x"], "--name does not go with list"],
      [["revoke", "x"], '"x" is not the number of a token.'],
      [[], "A command is missing: create, list, revoke.\nUsage:"],
    ])("%j is told what is wrong", async (args, message) => {
      await expect(command(...args)).rejects.toThrow(message);
      expect(await t.db.run("select from users")).toEqual([]);
    });
  });
});
