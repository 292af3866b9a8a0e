import type { FastifyInstance } from "fastify";

const MAX_BODY_BYTES = 10_240;

/** Bodies of forms are URLSearchParams here; other kinds are refused. */
export function takeForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: MAX_BODY_BYTES } as const;
  scope.addContentTypeParser<string>("application/x-www-form-urlencoded", options, (_, body, done) => {
    done(null, new URLSearchParams(body));
  });
}

/** Bodies of any kind are taken, and not looked at. */
export function ignoreBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_, __, done) => done(null));
}

/** The fields of a form, each once; none when nothing was sent. */
export function formOf({ body }: { body: unknown }): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
