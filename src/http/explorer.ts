import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { renderGraphiQL as Render } from "@graphql-yoga/render-graphiql";
import type { FastifyInstance } from "fastify";
import { ROUTE_POINTS } from "./route-prices";

export interface ExampleQuery {
  query: string;
  variables?: string;
}

/** Serves GraphiQL at /graphiql, from this machine alone: the hosted Sandbox needs the internet, this page does not. */
export function serveExplorer(server: FastifyInstance, examples: readonly ExampleQuery[]): void {
  // The page holds the whole editor (9 MB), so it is made and packed once, when it is first asked for.
  let page: { body: Buffer; etag: string } | undefined;
  server.get("/graphiql", { config: { points: ROUTE_POINTS.read } }, (request, reply) => {
    page ??= packPage(examples);
    reply.header("etag", page.etag).header("cache-control", "no-cache");
    if (request.headers["if-none-match"] === page.etag) return reply.code(304).send();
    return reply.type("text/html; charset=utf-8").header("content-encoding", "gzip").send(page.body);
  });
}

/** GraphiQL moves a tab to the right end while it is pressed, so that the first click on each meets nothing. */
const TABS_STAY = ".graphiql-tab { transform: none !important; }";

function packPage(examples: readonly ExampleQuery[]) {
  // The editor takes a while to load, and most processes never show it.
  const { renderGraphiQL } = require("@graphql-yoga/render-graphiql") as { renderGraphiQL: typeof Render };
  const html = renderGraphiQL({
    title: "Daily Papers API",
    endpoint: "/graphql",
    subscriptionsProtocol: "WS",
    credentials: "same-origin",
    defaultTabs: examples.map(({ query, variables }) => ({ query, variables })),
    defaultQuery: examples[0]?.query,
  });
  const body = gzipSync(html.replace("</head>", `<style>${TABS_STAY}</style></head>`));
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url")}"` };
}
