import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { problems } from "../pages/problem.page";
import { PAGE_POLICY, sendHtml, sendPage } from "../pages/reply";
import { type Site, servePages } from "../pages/serve";
import { MAIL_POLICY } from "../pages/web-copy.routes";
import { closedOutboxPage, outboxListPage, outboxMailPage } from "./outbox.page";
import { findMail, listMails } from "./outbox.reader";

interface WithSecret {
  Params: { secret: string };
}

interface WithFile {
  Params: { secret: string; file: string };
}

/**
 * Shows the mails in a folder only to clients that have the secret of the address, wherever they are: the links in these
 * mails act for any subscriber.
 */
export function serveOutbox(
  server: FastifyInstance,
  { folder, secret }: { folder: string; secret: string },
  site: Site,
): void {
  servePages(server, site, (scope) => {
    scope.get("/outbox", (_, reply) => sendPage(reply, 403, closedOutboxPage));
    scope.get("/outbox/", (_, reply) => sendPage(reply, 403, closedOutboxPage));
  });
  servePages(server, site, (scope) => {
    scope.addHook<WithSecret>("onRequest", async ({ params }, reply) => {
      if (!isSame(params.secret, secret)) return sendPage(reply, 403, closedOutboxPage);
    });
    scope.get("/outbox/:secret", async (_, reply) => {
      return sendPage(reply, 200, outboxListPage(secret, await listMails(folder)));
    });
    scope.get<WithFile>("/outbox/:secret/:file", async ({ params: { file } }, reply) => {
      const mail = await findMail(folder, file);
      if (!mail) return sendPage(reply, 404, problems.noPage);
      reply.header("content-security-policy", `${PAGE_POLICY}; frame-src 'self'`);
      return sendPage(reply, 200, outboxMailPage(secret, file, mail));
    });
    // The mail's own HTML, for the frame on the page above.
    scope.get<WithFile>("/outbox/:secret/:file/html", async ({ params: { file } }, reply) => {
      const mail = await findMail(folder, file);
      if (!mail?.html) return sendPage(reply, 404, problems.noPage);
      reply.header("content-security-policy", `${MAIL_POLICY}; frame-ancestors 'self'`);
      return sendHtml(reply, openLinksOutside(mail.html));
    });
  });
}

/** Compares in constant time. */
function isSame(given: string, secret: string): boolean {
  const [one, other] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(one!, other!);
}

/** Linked pages must not open in the frame. */
function openLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
}
