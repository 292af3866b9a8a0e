import { promisify } from "node:util";
import { createGunzip, gzip } from "node:zlib";
import type { renderGraphiQL as Render } from "@graphql-yoga/render-graphiql";
import type { FastifyInstance } from "fastify";
import { takesGzip } from "./accept-encoding";
import { escapeHtml } from "./escape-html";
import { etagOf, isKnown } from "./etag";
import { OPEN_TAB } from "./explorer-tab";
import { icon, mark } from "./mark";
import { ROUTE_POINTS } from "./route-costs";

interface ExampleQuery {
  query: string;
  variables?: string;
}

export interface Explorer {
  /** The title of its pages. */
  name: string;
  examples: readonly ExampleQuery[];
}

/** Serves GraphiQL at /graphiql, wholly from this server: unlike the hosted Sandbox, it works without the internet. */
export function serveExplorer(server: FastifyInstance, explorer: Explorer): void {
  // The page holds the whole editor (9 MB), so it is made and compressed once, at the first request.
  let page: Promise<Page> | undefined;
  server.get("/graphiql", { config: { points: ROUTE_POINTS.read } }, async (request, reply) => {
    page ??= packPage(explorer);
    const { packed, etag } = await page;
    reply.type("text/html; charset=utf-8").header("cache-control", "no-cache").header("vary", "accept-encoding");
    if (!takesGzip(request.headers["accept-encoding"])) return reply.send(createGunzip().end(packed));
    reply.header("etag", etag).header("content-encoding", "gzip");
    return isKnown(etag, request) ? reply.code(304).send() : reply.send(packed);
  });
}

interface Page {
  /** By gzip. */
  packed: Buffer;
  etag: string;
}

/** While a tab is pressed, GraphiQL moves it to the right end, so that the first click misses it. */
const TABS_STAY = ".graphiql-tab { transform: none !important; }";
/** All tabs fit beside each other on a small screen, if those that are not open keep no room for the button that closes them. */
const CLOSED_TAB = ".graphiql-tab:not(.graphiql-tab-active)";
const TABS_FIT = `${CLOSED_TAB} .graphiql-tab-button { padding-right: var(--px-8) !important; } ${CLOSED_TAB} .graphiql-tab-close { display: none !important; }`;
/** Beside many tabs, a name of two words would wrap and overflow. */
const NAME_STAYS = ".graphiql-logo { flex: none; max-width: 40%; overflow: hidden; white-space: nowrap; }";

/** What the page calls at its end. */
const RENDER = /YogaGraphiQL\.renderYogaGraphiQL(?=\(\s*window\.)/;

async function packPage({ name, examples }: Explorer): Promise<Page> {
  // Loaded late: the editor is slow to load, and most processes never serve it.
  const { renderGraphiQL } = require("@graphql-yoga/render-graphiql") as { renderGraphiQL: typeof Render };
  const html = renderGraphiQL({
    // Escaped, because GraphiQL also inserts it as HTML, in its corner.
    title: escapeHtml(name),
    logo: mark,
    favicon: icon,
    // Relative to the page: a proxy may serve both under a path prefix.
    endpoint: "graphql",
    subscriptionsProtocol: "WS",
    credentials: "same-origin",
    defaultTabs: examples.map(({ query, variables }) => ({ query, variables })),
    defaultQuery: examples[0]?.query,
  });
  const page = html
    .replace("</head>", `<style>${TABS_STAY} ${TABS_FIT} ${NAME_STAYS}</style></head>`)
    .replace(RENDER, (render) => `${OPEN_TAB}\n((root, properties) => ${render}(root, openTab(properties)))`);
  // On a thread of its own: it takes half a second.
  const packed = await promisify(gzip)(page);
  return { packed, etag: etagOf(packed) };
}
