import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import fresh from "fresh";

/** The strong ETag of a body. */
export function etagOf(body: Buffer | string): string {
  return `"${createHash("sha1").update(body).digest("base64")}"`;
}

/**
 * Whether the client has the body with this ETag, among others perhaps (RFC 9110, 13.1.2); a client that names none, that of
 * this Last-Modified (13.1.3).
 */
export function isKnown(etag: string, { headers }: FastifyRequest, lastModified?: string): boolean {
  const { "if-none-match": noneMatch, "if-modified-since": modifiedSince } = headers;
  // Without its other headers: Cache-Control, say, does not count.
  const given = { "if-none-match": noneMatch, ...(lastModified && { "if-modified-since": modifiedSince }) };
  return fresh(given, { etag, "last-modified": lastModified });
}

/** Gives each response of a scope an ETag, unless it has one, and answers with 304 what the client has. */
export function tagResponses(scope: FastifyInstance): void {
  scope.addHook<Buffer | string | null | undefined>("onSend", (request, reply, body, done) => {
    if (!body) return done(null, body);
    const etag = String(reply.getHeader("etag") ?? etagOf(body));
    reply.header("etag", etag);
    const lastModified = reply.getHeader("last-modified");
    if (reply.statusCode !== 200 || !isKnown(etag, request, lastModified?.toString())) return done(null, body);
    reply.code(304);
    // RFC 9110, 8.6: the Content-Length of a 304 is that of the omitted body, or absent. An empty string would make it 0.
    done(null, null);
  });
}
