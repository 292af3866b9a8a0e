import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { parse, validate } from "graphql";
import request from "supertest";
import { createApp } from "../../src/app";
import { exampleQueries } from "../../src/graphql/example-queries";
import { icon, mark } from "../../src/http/mark";
import { sandboxPage } from "../../src/http/sandbox";
import { createLog } from "../../src/log";
import { getSchema } from "../../src/schema";
import { AccessTokenScope } from "../../src/users/access-token.entity";
import { startApi } from "../support/api";
import { settings } from "../support/digests";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { faultsOf } from "../support/pages";
import { useProduction } from "./use-production";

const isSubscription = (query: string) => /^subscription/m.test(query);

describe("the HTTP face", () => {
  const t = useProduction();
  const http = () => t.api.http();

  test("shows the Sandbox to a browser, also in production", async () => {
    const page = await http().get("/graphql").set("accept", "text/html");
    expect(page.status).toBe(200);
    // The policy allows these by their hashes.
    expect(await faultsOf(page.text)).toEqual(["a script, or a style that the policy refuses"]);
    expect(page.text).toContain('<link rel="icon" href="data:image/svg+xml,');
    expect(
      [...page.text.matchAll(/<(?:link|script|img)[^>]+(?:href|src)="(https:[^"]+)"/g)].map(([, url]) => url),
    ).toEqual(["https://embeddable-sandbox.cdn.apollographql.com/v2/embeddable-sandbox.umd.production.min.js"]);
    const [, config] = /^const config = (.*);$/m.exec(page.text)!;
    expect(JSON.parse(config!)).toMatchObject({
      target: "#sandbox",
      initialState: { document: exampleQueries[0]!.query },
    });
  });

  test("the Sandbox's page allows its own script and style, and leads to the explorer while the Sandbox is not there", async () => {
    const { text } = await http().get("/graphql").set("accept", "text/html");
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(text)!;
    for (const [, name, content] of text.matchAll(/<(script|style)>(.*?)<\/\1>/gs)) {
      const hash = createHash("sha256").update(content!).digest("base64");
      expect(policy).toContain(`${name}-src 'sha256-${hash}'`);
    }
    expect(text).toMatch(/is not loaded.*<a href="graphiql">.*<div id="sandbox"><\/div>/s);
    expect((await http().get("/graphiql").buffer(true)).status).toBe(200);
    // The query of an address is kept on the way there.
    const [, script] = /<script>(.*?)<\/script>/s.exec(text)!;
    const link = { search: "" };
    const querySelector = (selector: string) => (selector === "main a" ? link : null);
    runInNewContext(script!, {
      window: {},
      document: { querySelector },
      location: { search: "?query=%7Bfeed%7Bkey%7D%7D" },
    });
    expect(link.search).toBe("?query=%7Bfeed%7Bkey%7D%7D");
  });

  test("serves an explorer that loads nothing from elsewhere, with queries that work filled in", async () => {
    const page = await http().get("/graphiql").buffer(true);
    expect(page.status).toBe(200);
    expect(page.headers["content-encoding"]).toBe("gzip");
    const html = unpacked(page.text);
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
    expect(html).toContain("query DayFeed");
    const [icons, logo] = [html.match(/<link rel="icon" href="[^"]+"/g), /"logo":"(.*?[^\\])"/.exec(html)];
    expect(icons).toEqual([`<link rel="icon" href="${icon}"`]);
    expect(JSON.parse(`"${logo![1]}"`)).toBe(mark);
    expect(html.split("</head>")[0]).toContain(".graphiql-tab { transform: none !important; }");
    const again = await http().get("/graphiql").set("if-none-match", page.headers.etag!);
    expect(again.status).toBe(304);
    // A client that takes no gzip, such as curl, gets the same page as it is.
    const plain = await http().get("/graphiql").set("accept-encoding", "identity");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.text).toBe(html);
  });

  test("has the icon where browsers look for it beside an answer without a page", async () => {
    const answer = await http().get("/favicon.ico");
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "image/svg+xml"]);
    expect(String(answer.body)).toBe(mark);
  });

  test("both explorers are called as the site is, whatever its name", async () => {
    const siteName = '</script><b>$& "Ada\'s"';
    const named = await startApi(t.db, { digests: { ...settings, siteName } });
    const page = await named.http().get("/graphiql").buffer(true);
    const html = unpacked(page.text);
    expect(html).toContain("<title>&lt;/script&gt;&lt;b&gt;$&amp; &quot;Ada&#39;s&quot; API</title>");
    // The corner makes HTML of it.
    expect(html).toContain('"title":"&lt;/script&gt;&lt;b&gt;$&amp; &quot;Ada&#39;s&quot; API"');
    await named.close();
    const landing = sandboxPage({ name: `${siteName} API`, examples: [] });
    expect(landing).toContain("<title>&lt;/script&gt;&lt;b&gt;$&amp; &quot;Ada&#39;s&quot; API</title>");
    expect(landing).toContain("</svg> &lt;/script&gt;");
  });

  test.each(exampleQueries)("the comment of an example is not cut off on a small screen: $query", ({ query }) => {
    for (const line of query.split("\n").filter((each) => each.startsWith("#"))) expect(line.length).toBeLessThan(47);
  });

  test.each(exampleQueries)(
    "the notes of example %# are no wider than the editor in a window of 1,400",
    ({ query }) => {
      const notes = query.split("\n").filter((line) => line.startsWith("#"));
      expect(notes.filter((line) => line.length > 55)).toEqual([]);
    },
  );

  test("the example that listens is a good subscription", () => {
    const [listen, ...others] = exampleQueries.filter(({ query }) => isSubscription(query));
    expect(others).toEqual([]);
    expect(validate(getSchema(), parse(listen!.query))).toEqual([]);
  });

  test.each(exampleQueries.filter(({ query }) => !isSubscription(query)))(
    "the example %# works as it stands",
    async ({ query, variables }) => {
      await importRecords(t.db, [sourceRecord({ arxivId: "2601.00001", title: "First" })]);
      const token = await signIn(t.db, "ada", Object.values(AccessTokenScope));
      await t.api.data(query, variables ? JSON.parse(variables) : undefined, token);
    },
  );

  test("one setting turns Sandbox and explorer off", async () => {
    const server = await createApp(t.db, { explorer: false, log: createLog("silent") });
    await server.listen({ port: 0, host: "127.0.0.1" });
    const page = await request(server.server).get("/graphql").set("accept", "text/html");
    expect(page.text).not.toMatch(/sandbox/i);
    expect((await request(server.server).get("/graphiql")).status).toBe(404);
    // A browser that is sent to /graphql would be told of headers that it cannot send.
    const root = await request(server.server).get("/");
    expect(root.status).toBe(404);
    expect(root.body.errors[0].message).toMatch("GraphQL is at /graphql");
    await server.close();
  });
});

/** The explorer's page, which is sent packed. */
function unpacked(text: string): string {
  return text.startsWith("\u001f") ? gunzipSync(Buffer.from(text, "latin1")).toString() : text;
}
