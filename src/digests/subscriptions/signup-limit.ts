import type { Redis } from "ioredis";
import { networkOf } from "../../admission/client-network";
import { createUsageCounter, retryAfter } from "../../admission/usage-counter";
import type { Limits } from "../../config/limits";
import { rateLimited, serviceUnavailable } from "../../graphql/errors";

const HOUR_SECONDS = 3600;

/** The limits of requests to subscribe. */
export interface SignupLimit {
  secret: string;
  /** Confirmation mails a day to one mailbox. */
  perMailbox: number;
  /**
   * Counts a valid request to subscribe, by network address and in total, whatever becomes of it: counting only mails would
   * reveal who is subscribed. Throws RATE_LIMITED for too many from the address, SERVICE_UNAVAILABLE for too many in total.
   */
  admit(address: string): Promise<void>;
}

export function createSignupLimit(limits: Limits, secret: string, redis: Redis | null): SignupLimit {
  const ofAddress = createUsageCounter("subscribe", limits.SUBSCRIBE_LIMIT_ADDRESS, HOUR_SECONDS, redis);
  const ofAll = createUsageCounter("subscribe-all", limits.SUBSCRIBE_LIMIT_ALL, HOUR_SECONDS, redis);
  return {
    secret,
    perMailbox: limits.SUBSCRIBE_LIMIT_MAILBOX,
    async admit(address) {
      const counted = await ofAddress?.consume(networkOf(address), 1);
      if (counted && !counted.granted) {
        const seconds = retryAfter(counted);
        const message = `At most ${counted.limit} requests to subscribe an hour are accepted from one network address; try again in ${seconds} s.`;
        throw rateLimited(message, seconds, { limit: counted.limit });
      }
      const all = await ofAll?.consume("all", 1);
      if (!all || all.granted) return;
      const seconds = retryAfter(all);
      const message = `There are too many requests for digests at the moment; try again in ${seconds} s.`;
      throw serviceUnavailable(message, undefined, seconds);
    },
  };
}
