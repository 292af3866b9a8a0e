import { once } from "node:events";
import { WebSocket } from "ws";
import { startApi } from "../support/api";
import { settings, subscribeManaged } from "../support/digests";
import { createPrefixProxy, type PrefixProxy } from "../support/prefix-proxy";
import { useApi } from "../support/use-api";

const PREFIX = "/papers";
const outbox = { outbox: "/nowhere", outboxSecret: "the-secret-of-the-outbox_long-enough" };

describe("behind a proxy that strips a path", () => {
  const t = useApi({ digests: { ...settings, publicUrl: `https://host.example${PREFIX}`, ...outbox } });
  let proxy: PrefixProxy;
  let base: string;
  let token: string;
  beforeAll(async () => {
    proxy = t.use(await createPrefixProxy(t.api, PREFIX));
    base = `http://127.0.0.1:${proxy.port}${PREFIX}`;
    token = await subscribeManaged(t.db);
  });

  test("the root leads to the explorer, and without one nowhere", async () => {
    const answer = await fetch(`${base}/`);
    expect([answer.status, answer.url]).toEqual([200, `${base}/graphiql`]);
    const bare = await startApi(t.db, { explorer: false });
    const other = await createPrefixProxy(bare, PREFIX);
    expect((await fetch(`http://127.0.0.1:${other.port}${PREFIX}/`)).status).toBe(404);
    await other.close();
    await bare.close();
  });

  test("the explorer asks where it is served, over HTTP and a WebSocket", async () => {
    const page = await fetch(`${base}/graphiql/`);
    expect(page.url).toBe(`${base}/graphiql`);
    const [, endpoint] = /"endpoint":"([^"]*)"/.exec(await page.text())!;
    // As the page's own script makes it.
    const url = new URL(endpoint!, page.url);
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body: '{"query":"{ __typename }"}' });
    expect(await answer.json()).toEqual({ data: { __typename: "Query" } });
    const socket = new WebSocket(url.href.replace("http:", "ws:"), "graphql-transport-ws");
    await once(socket, "open");
    socket.send('{"type":"connection_init"}');
    const [message] = await once(socket, "message");
    expect(JSON.parse(String(message))).toEqual({ type: "connection_ack" });
    socket.terminate();
  });

  test("links, forms and redirects of the pages stay below the path, and lead to pages", async () => {
    const visited = new Map<string, number>();
    const waiting = [
      `${base}/digest`,
      `${base}/digest/`,
      `${base}/digest/manage/${token}`,
      `${base}/digest/manage/${token}/`,
      `${base}/digest/confirm/unknown`,
      `${base}/digest/resubscribe/${token}`,
      `${base}/digest/unsubscribe/${token}`,
      `${base}/outbox/the-secret-of-the-outbox_long-enough`,
    ];
    for (let url = waiting.pop(); url; url = waiting.pop()) {
      if (visited.has(url)) continue;
      const page = await fetch(url);
      visited.set(url, page.status);
      const html = page.headers.get("content-type")!.startsWith("text/html") ? await page.text() : "";
      // Web feeds are linked by where everybody finds them.
      for (const [, link] of html
        .replaceAll("https://host.example", new URL(base).origin)
        .matchAll(/ (?:href|action|src)="([^"#]+)"/g)) {
        if (!link!.startsWith("data:")) waiting.push(new URL(link!.replaceAll("&amp;", "&"), page.url).href);
      }
    }
    const paths = [...visited.keys()].map((url) => new URL(url).pathname);
    expect(paths.filter((path) => !path.startsWith(`${PREFIX}/`))).toEqual([]);
    expect([...visited].filter(([url, status]) => status !== 200 && !url.endsWith("/unknown"))).toEqual([]);
    const posted = await fetch(`${base}/digest/unsubscribe/${token}`, { method: "POST" });
    const [, undo] = /action="([^"]+)"/.exec(await posted.text())!;
    expect((await fetch(new URL(undo!, posted.url), { method: "POST" })).status).toBe(200);
  });
});
