import type { Redis } from "ioredis";
import { createUsageCounter } from "../../admission/usage-counter";

/** Tests and repetitions in an hour, of one webhook and of all that a user has: each is a request to somebody's server. */
const MOST = { webhook: 30, user: 100 };

const HOUR_SECONDS = 3600;

/** What is too much, as a sentence for the user. */
export const TOO_MANY_REQUESTS = `At most ${MOST.webhook} tests and redeliveries of a webhook, and ${MOST.user} of all your webhooks, in an hour: try again later.`;

export interface RequestLimit {
  /** Counts a request, whatever becomes of its webhook; false when there were too many. */
  consume(userId: number, webhookId: number): Promise<boolean>;
}

export function createRequestLimit(redis: Redis | null): RequestLimit {
  const ofWebhook = createUsageCounter("webhook-requests", MOST.webhook, HOUR_SECONDS, redis)!;
  const ofUser = createUsageCounter("webhook-requests-user", MOST.user, HOUR_SECONDS, redis)!;
  return {
    async consume(userId, webhookId) {
      const { granted } = await ofWebhook.consume(String(webhookId), 1);
      return granted && (await ofUser.consume(String(userId), 1)).granted;
    },
  };
}
