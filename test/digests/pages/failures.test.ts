import { randomToken } from "../../../src/digests/subscriptions/token.service";
import { startApi } from "../../support/api";
import { withReads } from "../../support/database";
import { manySignups } from "../../support/limits";
import { faultsOf } from "../../support/pages";
import { digests, good, usePages } from "./use-pages";

describe("the pages for digests", () => {
  const { t, http, consentVersion } = usePages();

  test("call the site by its name, which is text and no markup", async () => {
    const named = await startApi(t.db, { limits: manySignups, digests: { ...digests, siteName: `<b>Läb</b> & "Co"` } });
    const name = "&lt;b&gt;Läb&lt;/b&gt; &amp; &quot;Co&quot;";
    for (const [path, title] of [
      ["/digest", "Trending papers by email"],
      ["/digest/manage/unknown", "This link does not work"],
      ["/digest/nowhere", "There is no such page"],
    ] as const) {
      const { text } = await http(named).get(path);
      expect(text).toContain(`<title>${title} - ${name}</title>`);
      expect(text).toContain(`<header>${name}</header>`);
    }
    expect((await http().get("/digest")).text).toContain("<header>Daily Papers</header>");
    await named.close();
  });

  test("too many requests are a page that says when to try again", async () => {
    const other = await startApi(t.db, { limits: { ...manySignups, SUBSCRIBE_LIMIT_ADDRESS: 1 }, digests });
    const post = async (changes = {}) =>
      http(other)
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion(), ...changes });
    for (const mistake of [{ keywords: "it" }, { timeZone: "+05:30" }]) expect((await post(mistake)).status).toBe(422);
    expect((await post()).status).toBe(200);
    const answer = await post();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(3500);
    expect(answer.text).toMatch(/Please wait, and try again in (60 minutes|an hour|1 hour)/);
    expect(await faultsOf(answer.text)).toEqual([]);
    await other.close();
  });

  test("a database that is away is a page that says when to try again", async () => {
    const away = () => Promise.reject(Object.assign(new Error("away"), { code: "ECONNREFUSED" }));
    const other = await startApi({ ...t.db, query: away, transaction: away }, { limits: manySignups, digests });
    const posts = [
      http(other)
        .post("/digest")
        .type("form")
        .send({ ...good, consentVersion: await consentVersion() }),
      http(other).post("/digest/unsubscribe/any"),
    ];
    for (const answer of await Promise.all(posts)) {
      expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "2"]);
      expect(answer.text).toContain("try again in 2 seconds");
      expect(await faultsOf(answer.text)).toEqual([]);
    }
    await other.close();
  });

  test("an unexpected failure is a page with a number that finds it in the log, which holds no token", async () => {
    const other = await startApi(
      withReads(t.db, () => Promise.reject(new Error("secret"))),
      { limits: manySignups, digests },
    );
    const answer = await http(other).get("/digest/manage/the-token");
    expect(answer.status).toBe(500);
    expect(answer.headers).toMatchObject({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    expect(answer.text).not.toContain("secret");
    expect(answer.text).toContain(answer.headers["x-request-id"]);
    expect(other.logged).toMatchObject([{ requestId: answer.headers["x-request-id"], err: { message: "secret" } }]);
    expect(JSON.stringify(other.logged)).not.toContain("the-token");
    await other.close();
  });

  test("a method that is not taken at a page's path is a 405 that names those that are", async () => {
    const posted = await http().post(`/digest/issues/${randomToken()}`).type("form").send("a=b");
    expect([posted.status, posted.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(posted.text).toContain("<h1>This cannot be done here</h1>");
    const put = await http().put(`/digest/manage/${randomToken()}`).type("form").send("a=b");
    expect([put.status, put.headers.allow]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    expect(put.body.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
  });

  test("a link to which something was pasted is one that does not work", async () => {
    const page = await http().get(`/digest/manage/${"a".repeat(1000)}`);
    expect([page.status, page.text]).toEqual([404, expect.stringContaining("<h1>This link does not work</h1>")]);
  });

  test("there are none unless they are asked for, and the API beside them takes JSON alone", async () => {
    const other = await startApi(t.db);
    expect((await http(other).get("/digest")).status).toBe(404);
    expect((await http(other).get("/outbox")).status).toBe(404);
    await other.close();
    expect(await t.api.data("{ __typename }")).toEqual({ __typename: "Query" });
    expect((await http().post("/graphql").type("form").send({ query: "{ __typename }" })).status).toBe(415);
  });
});
