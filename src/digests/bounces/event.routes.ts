import type { FastifyInstance, FastifyRequest } from "fastify";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { throttle } from "../../async/throttle";
import { databaseNow } from "../../db/clock";
import type { WritableDb } from "../../db/database";
import { bearerChallenge } from "../../graphql/errors";
import { forgetHeaders } from "../../http/forget-headers";
import { named } from "../../http/named";
import { ROUTE_POINTS } from "../../http/route-costs";
import type { Log } from "../../log";
import { applyEvent, digestEvent, otherTypeOf } from "./event.service";

const MAX_BODY_BYTES = 100_000;
/** Ids are indexed, which PostgreSQL does up to 2,700 bytes. */
const MAX_ID_LENGTH = 500;
const TELLING_MS = 60 * 60_000;

/**
 * POST /digest/events takes bounces and complaints, signed according to Standard Webhooks: HMAC-SHA-256 over id, time and
 * body, at most five minutes old. 401 for a bad signature, 422 for an invalid body, else 204; unknown types are ignored.
 */
export function serveDigestEvents(
  server: FastifyInstance,
  db: WritableDb,
  { secret, eventsSecret, log }: { secret: string; eventsSecret: string; log: Log },
): void {
  const webhook = new Webhook(eventsSecret);
  const mayTell = throttle(TELLING_MS);
  server.register(
    named("digest-events", async (scope) => {
      forgetHeaders(scope, "content-type");
      scope.removeAllContentTypeParsers();
      // The signature covers the raw bytes.
      scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_, body, done) =>
        done(null, body),
      );
      // Points for checking the signature only: a signed request is from the mail service.
      scope.post("/digest/events", { config: { points: ROUTE_POINTS.page } }, async (request, reply) => {
        const body = verify(webhook, request);
        if (body === undefined) {
          const message = "The signature is missing, wrong or too old.";
          return reply
            .code(401)
            .header(...bearerChallenge)
            .send({ message });
        }
        const otherType = otherTypeOf(body);
        if (otherType !== null) {
          if (mayTell() !== null) log.warn({ type: otherType }, "An event of an unknown type was posted");
          return reply.code(204).send();
        }
        const event = v.safeParse(digestEvent, body);
        if (!event.success) {
          return reply.code(422).send({ message: refusal(event.issues) });
        }
        const id = String(request.headers["webhook-id"]);
        if (id.length > MAX_ID_LENGTH) {
          return reply.code(422).send({ message: `webhook-id is longer than ${MAX_ID_LENGTH} characters.` });
        }
        await applyEvent(db, secret, id, event.output, await databaseNow(db));
        return reply.code(204).send();
      });
    }),
  );
}

/** What is wrong with the body: only the address, if all else is right, or its form. */
function refusal(issues: v.BaseIssue<unknown>[]): string {
  const [first] = issues;
  if (issues.length === 1 && first?.type === "raw_transform") return `data.email: ${first.message}`;
  return 'Expected {"type": "bounce.hard" | "bounce.soft" | "complaint", "data": {"email": "..."}}.';
}

/** The body if its signature is valid, or null if it is not JSON; undefined for a bad signature. */
function verify(webhook: Webhook, { headers, body }: FastifyRequest): unknown {
  try {
    return webhook.verify(Buffer.isBuffer(body) ? body : "", headers as Record<string, string>);
  } catch (error) {
    return error instanceof SyntaxError ? null : undefined;
  }
}
