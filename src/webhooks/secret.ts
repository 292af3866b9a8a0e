import { createHmac, randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";

const SALT_BYTES = 32;

/** What a new secret is derived from; only this is stored. */
export function newSalt(): Buffer {
  return randomBytes(SALT_BYTES);
}

/** The secret of a webhook, as its owner gets it: whsec_ and 32 bytes in base64. `key` is that of all links and secrets. */
export function secretOf(key: string, salt: Buffer): string {
  return `whsec_${createHmac("sha256", key).update("webhook ").update(salt).digest("base64")}`;
}

export interface Signed {
  messageId: string;
  at: Date;
  body: string;
}

/** The headers of Standard Webhooks, with a signature by each secret. */
export function signatureHeaders(secrets: readonly string[], { messageId, at, body }: Signed): Record<string, string> {
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(messageId, at, body)).join(" "),
  };
}
