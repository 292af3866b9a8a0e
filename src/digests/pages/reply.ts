import type { FastifyInstance, FastifyReply } from "fastify";
import { toText } from "./html";
import { layout, type Page } from "./layout";
import { styleSource } from "./style";

export const PAGE_POLICY = `default-src 'none'; style-src ${styleSource}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** A URL here is as good as a password: it is told to no other site, kept by no cache and no search engine. */
const HEADERS = {
  "content-security-policy": PAGE_POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  // The explorer runs a script of its maker's on this origin: of a window that it opened, or that opened it, it sees nothing.
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
  "x-robots-tag": "noindex",
};

/** Gives each answer of a scope, errors too, the headers of pages; other sites may not read what is here. */
export function guardPages(scope: FastifyInstance): void {
  scope.addHook("onSend", async (_, reply) => {
    reply.removeHeader("access-control-allow-origin").removeHeader("access-control-expose-headers");
    reply.headers({ ...HEADERS, ...reply.getHeaders() });
  });
}

export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return sendHtml(reply.code(status), toText(layout(page)));
}

export function sendHtml(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("text/html; charset=utf-8").send(text);
}
