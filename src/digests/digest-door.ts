import type { Redis } from "ioredis";
import { rateLimited } from "../errors";
import { createCounter, networkOf, retryAfter } from "../gate/counters";
import type { Limits } from "../limits";
import type { ConfirmationLimits } from "./subscribe.service";

const HOUR_SECONDS = 3600;

/** What whoever asks for a digest has to pass. */
export interface DigestDoor {
  secret: string;
  limits: ConfirmationLimits;
  /** Counts a request to subscribe from a network address; throws RATE_LIMITED when there were too many. */
  admit(address: string): Promise<void>;
}

export function createDigestDoor(limits: Limits, secret: string, redis: Redis | null): DigestDoor {
  const requests = createCounter("subscribe", limits.SUBSCRIBE_LIMIT_ADDRESS, HOUR_SECONDS, redis);
  return {
    secret,
    limits: { perMailbox: limits.SUBSCRIBE_LIMIT_MAILBOX, all: limits.SUBSCRIBE_LIMIT_ALL },
    async admit(address) {
      const counted = await requests?.spend(networkOf(address), 1);
      if (!counted || counted.granted) return;
      const seconds = retryAfter(counted);
      const message = `At most ${counted.limit} requests to subscribe an hour are taken from one address; try again in ${seconds} s.`;
      throw rateLimited(message, seconds, { limit: counted.limit });
    },
  };
}
