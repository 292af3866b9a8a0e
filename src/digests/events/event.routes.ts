import type { FastifyInstance, FastifyRequest } from "fastify";
import { Webhook } from "standardwebhooks";
import * as v from "valibot";
import { databaseNow } from "../../db/clock";
import type { WritableDb } from "../../db/database";
import { ROUTE_POINTS } from "../../http/route-prices";
import { applyEvent, digestEvent, isOfOtherType } from "./event.service";

const MAX_BODY_BYTES = 100_000;
/** Ids are indexed, which PostgreSQL does up to 2,700 bytes. */
const MAX_ID_LENGTH = 500;

/**
 * POST /digest/events takes bounces and complaints, signed as Standard Webhooks has it: HMAC-SHA-256 over id, time and
 * body, not older than five minutes. 401 for another signature, 422 for a body that is none of ours, else 204.
 */
export function serveDigestEvents(
  server: FastifyInstance,
  db: WritableDb,
  { secret, eventsSecret }: { secret: string; eventsSecret: string },
): void {
  const webhook = new Webhook(eventsSecret);
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The signature is over the bytes, so they are read as they came.
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_, body, done) =>
      done(null, body),
    );
    // The signature alone: what is signed is of the mail service.
    scope.post("/digest/events", { config: { points: ROUTE_POINTS.page } }, async (request, reply) => {
      const body = verify(webhook, request);
      if (body === undefined) return reply.code(401).send({ message: "The signature is missing, wrong or too old." });
      if (isOfOtherType(body)) return reply.code(204).send();
      const event = v.safeParse(digestEvent, body);
      if (!event.success) {
        const message = 'Expected {"type": "bounce.hard" | "bounce.soft" | "complaint", "data": {"email": "..."}}.';
        return reply.code(422).send({ message });
      }
      const id = String(request.headers["webhook-id"]);
      if (id.length > MAX_ID_LENGTH) {
        return reply.code(422).send({ message: `webhook-id is longer than ${MAX_ID_LENGTH} characters.` });
      }
      await applyEvent(db, secret, id, event.output, await databaseNow(db));
      return reply.code(204).send();
    });
  });
}

/** The body, if it is signed; undefined otherwise, null for one that is no JSON. */
function verify(webhook: Webhook, { headers, body }: FastifyRequest): unknown {
  try {
    return webhook.verify(Buffer.isBuffer(body) ? body : "", headers as Record<string, string>);
  } catch (error) {
    return error instanceof SyntaxError ? null : undefined;
  }
}
