import type { FastifyInstance, FastifyReply } from "fastify";
import { toText } from "./html";
import { layout, type Page } from "./layout";
import { styleSource } from "./style";

declare module "fastify" {
  interface FastifyInstance {
    /** The site's name on pages; set in the scopes that serve them. */
    siteName: string;
  }
}

export const PAGE_POLICY = `default-src 'none'; style-src ${styleSource}; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** A URL here is as good as a password: no other site, cache or search engine may get it. */
const HEADERS = {
  "content-security-policy": PAGE_POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  // The explorer runs a third-party script on this origin: it must not see windows that it opened or that opened it.
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
  "x-robots-tag": "noindex",
};

/** Sets the site's name and the headers of all responses of a scope, errors too; other sites may not read them. */
export function preparePages(scope: FastifyInstance, siteName: string): void {
  scope.decorate("siteName", siteName);
  scope.addHook("onSend", async (_, reply) => {
    reply.removeHeader("access-control-allow-origin").removeHeader("access-control-expose-headers");
    reply.headers({ ...HEADERS, ...reply.getHeaders() });
  });
}

export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return sendHtml(reply.code(status), toText(layout(reply.server.siteName, page)));
}

export function sendHtml(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(text);
}
