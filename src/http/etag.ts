import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import fresh from "fresh";

/** The strong ETag of a body. */
export function etagOf(body: Buffer | string): string {
  return `"${createHash("sha1").update(body).digest("base64")}"`;
}

/** Whether the client has the body with this ETag, among others perhaps (RFC 9110, 13.1.2). */
export function isKnown(etag: string, { headers }: FastifyRequest): boolean {
  // Alone: its other headers, such as Cache-Control, do not count.
  return fresh({ "if-none-match": headers["if-none-match"] }, { etag });
}

/** Gives each response of a scope an ETag, unless it has one, and answers with 304 what the client has. */
export function tagResponses(scope: FastifyInstance): void {
  scope.addHook<Buffer | string | null | undefined>("onSend", (request, reply, body, done) => {
    if (!body) return done(null, body);
    const etag = String(reply.getHeader("etag") ?? etagOf(body));
    reply.header("etag", etag);
    if (reply.statusCode !== 200 || !isKnown(etag, request)) return done(null, body);
    reply.code(304);
    // RFC 9110, 8.6: the Content-Length of a 304 is that of the omitted body, or absent. An empty string would make it 0.
    done(null, null);
  });
}
