import { AccessTokenScope } from "../../src/users/access-token.entity";
import { signIn } from "../support/factories";
import { THEN, threePapers, useFeeds } from "./use-feeds";

describe("serving web feeds", () => {
  const t = useFeeds();
  const { get, titles } = t;
  const header = async (path: string, name: string, headers = {}) => (await get(path, headers)).headers.get(name);
  const spent = async (path: string) => {
    const left = async () => Number(/r=(\d+)/.exec((await header(path, "ratelimit")) ?? "")?.[1]);
    return (await left()) - (await left());
  };
  beforeAll(() => t.add(threePapers, THEN));

  test("what a reader has is not sent again, by its ETag or by its time", async () => {
    const { status, headers } = await get("/feeds/day.atom");
    const [etag, modified] = [headers.get("etag")!, headers.get("last-modified")!];
    expect(status).toBe(200);
    expect(new Date(modified).toUTCString()).toBe(modified);
    const again = await get("/feeds/day.atom", { "if-none-match": etag });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await get("/feeds/day.atom", { "if-modified-since": modified })).status).toBe(304);
    const before = new Date(Date.parse(modified) - 1000).toUTCString();
    expect((await get("/feeds/day.atom", { "if-modified-since": before })).status).toBe(200);
    // The ETag decides where both are sent.
    expect((await get("/feeds/day.atom", { "if-none-match": '"x"', "if-modified-since": modified })).status).toBe(200);
  });

  test("a HEAD has the headers of a GET, and no body", async () => {
    const [head, full] = [await get("/feeds/day.json", {}, "HEAD"), await get("/feeds/day.json")];
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const name of ["etag", "last-modified", "content-type", "cache-control", "vary"]) {
      expect(head.headers.get(name)).toBe(full.headers.get(name));
    }
    expect((await get("/feeds/day.json", {}, "POST")).status).toBe(405);
  });

  test("caches and pages of other sites may have it", async () => {
    const { headers } = await get("/feeds/day.rss", { origin: "https://reader.example" });
    expect(headers.get("cache-control")).toBe("public, max-age=5");
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(await header("/feeds/day.rss", "age")).toMatch(/^\d$/);
    // One response for all that ask the same.
    expect(await header("/feeds/day.rss?top=20", "age")).toMatch(/^\d$/);
    expect(await header("/feeds/day.rss?top=19", "age")).toBeNull();
  });

  test("a token is read, and its answer is nobody else's", async () => {
    const token = await signIn(t.db, "ada", [AccessTokenScope.UPVOTES_WRITE]);
    const own = await get("/feeds/day.json", { authorization: `Bearer ${token}` });
    expect([own.status, own.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
    expect((await get("/feeds/day.json", { authorization: "Bearer x" })).status).toBe(401);
    // Never a kept answer, but a URL that was read before.
    const path = "/feeds/new.json?keywords=Agents&excludeKeywords=survey&categories=CS&minUpvotes=1";
    for (let i = 0; i < 3; i++) {
      const { items } = JSON.parse(await (await get(path, { authorization: `Bearer ${token}` })).text());
      expect(items.map(({ title }: { title: string }) => title)).toEqual(["Agents & <tools>"]);
    }
  });

  test.each([
    ["/feeds/day.atom?tip=5", 400, "tip", '/feeds/day has no parameter "tip": did you mean top?'],
    [
      "/feeds/search.atom?q=Schr%F6dinger",
      400,
      "q",
      "q must be UTF-8, with each byte that is encoded as % and two hexadecimal digits.",
    ],
    [
      "/feeds/day.atom?top=5&keywords=100%",
      400,
      "keywords",
      "keywords must be UTF-8, with each byte that is encoded as % and two hexadecimal digits.",
    ],
    ["/feeds/day.atom?keywords=the", 400, "keywords", '"the" holds only words too common to search for.'],
    [
      "/feeds/new.json?authorIds=x",
      400,
      "authorIds",
      "authorIds[0] is not the id of an Author. Find one with authors(name:).",
    ],
    [
      "/feeds/day.rss?categories=cs.CL,cs.AI",
      400,
      "categories",
      "categories must be repeated for several values, without commas, e.g. categories=A&categories=B.",
    ],
    [
      "/feeds/day.rss?categories=cs.CL;cs.AI",
      400,
      "categories",
      "Each of categories must be one of arXiv's categories, such as cs.CL, or an archive, such as cs or hep-th.",
    ],
    ["/feeds/day.rss?on=9999-12-31", 400, "on", "on must not be after 9999-12-26."],
    [
      "/feeds/year.atom",
      404,
      undefined,
      "There is no such feed: the path must be /feeds/NAME.FORMAT, where NAME is day, week, month, trending, new, search, and FORMAT atom, rss, json, md, e.g. /feeds/day.atom.",
    ],
    [
      "/feeds/day.xml",
      404,
      undefined,
      "There is no such feed: the path must be /feeds/NAME.FORMAT, where NAME is day, week, month, trending, new, search, and FORMAT atom, rss, json, md, e.g. /feeds/day.atom.",
    ],
  ])("%s is answered by %i", async (path, status, argument, message) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const { errors } = JSON.parse(await answer.text());
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
    expect(errors[0].extensions.argument).toBe(argument);
  });

  test("a kept one, too, costs what a page of the graph with the same papers costs", async () => {
    const path = "/feeds/day.atom?top=50&hasCode=true";
    const { rateLimit } = await t.api.data(
      `{ feed(final: true) { id key startDate endDate isFinal papers(first: 50, filter: { hasCode: true }) {
        edges { featuredOn node { id title authors(first: 20) { edges { name } } } } } } rateLimit { cost } }`,
    );
    const cost = await spent(path);
    expect(cost).toBeGreaterThan(rateLimit.cost / 1.5);
    expect(cost).toBeLessThan(rateLimit.cost * 1.5);
  });

  test("votes change the order of a live feed, and nothing of its entries", async () => {
    const entries = async () =>
      (await t.items("/feeds/week.json?when=live&top=2")).sort((a, b) => (a.id < b.id ? -1 : 1));
    const before = await entries();
    const [paper] = await t.db.run<{ id: number }>("select id from papers where title = 'Second of the twelfth'");
    await t.db.run("update papers set upvote_count = 50 where id = $1", [paper!.id]);
    expect(await titles("/feeds/day.json?minUpvotes=40")).toEqual(["Second of the twelfth"]);
    const { items } = JSON.parse(await (await get("/feeds/week.json?top=2&when=live")).text());
    expect(items.sort((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1))).toEqual(before);
  });
});
