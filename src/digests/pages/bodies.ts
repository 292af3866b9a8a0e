import type { FastifyInstance } from "fastify";
import { forgetHeaders } from "../../http/forget-headers";

const MAX_BODY_BYTES = 10_240;

/** Parses form bodies as URLSearchParams; other content types are refused. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: MAX_BODY_BYTES } as const;
  scope.addContentTypeParser<string>("application/x-www-form-urlencoded", options, (_, body, done) => {
    done(null, new URLSearchParams(body));
  });
}

/** Accepts bodies of any type and length, unread. */
export function ignoreBodies(scope: FastifyInstance): void {
  forgetHeaders(scope, "content-type", "content-encoding");
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_, body, done) => {
    body.resume();
    done(null);
  });
}

/** The fields of a form, each once; empty when nothing was sent. */
export function formOf({ body }: { body: unknown }): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
