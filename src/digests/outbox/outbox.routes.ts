import type { FastifyInstance } from "fastify";
import type { Log } from "../../log";
import { problems } from "../pages/problem.page";
import { PAGE_POLICY, sendHtml, sendPage } from "../pages/reply";
import { servePages } from "../pages/serve";
import { MAIL_POLICY } from "../pages/web-copy.routes";
import { outboxListPage, outboxMailPage } from "./outbox.page";
import { findMail, listMails } from "./outbox.reader";
import { isOwnMachine } from "./own-machine";

interface WithFile {
  Params: { file: string };
}

/** Shows the mails in a folder to who sits at this machine, and to nobody else: their links act for any subscriber. */
export function serveOutbox(server: FastifyInstance, folder: string, log: Log): void {
  servePages(server, log, (scope) => {
    scope.addHook("onRequest", async (request, reply) => {
      if (!isOwnMachine(request)) return sendPage(reply, 404, problems.noPage);
    });
    scope.get("/outbox", async (_, reply) => sendPage(reply, 200, outboxListPage(await listMails(folder))));
    scope.get<WithFile>("/outbox/:file", async ({ params: { file } }, reply) => {
      const mail = await findMail(folder, file);
      if (!mail) return sendPage(reply, 404, problems.noPage);
      reply.header("content-security-policy", `${PAGE_POLICY}; frame-src 'self'`);
      return sendPage(reply, 200, outboxMailPage(file, mail));
    });
    // The mail's own HTML, for the frame on the page above.
    scope.get<WithFile>("/outbox/:file/html", async ({ params: { file } }, reply) => {
      const mail = await findMail(folder, file);
      if (!mail?.html) return sendPage(reply, 404, problems.noPage);
      reply.header("content-security-policy", `${MAIL_POLICY}; frame-ancestors 'self'`);
      return sendHtml(reply, openLinksOutside(mail.html));
    });
  });
}

/** The frame is no place for the pages that links lead to. */
function openLinksOutside(html: string): string {
  const base = '<base target="_blank">';
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html;
}
