import type { Redis } from "ioredis";
import { rateLimited, serviceUnavailable } from "../errors";
import { createCounter, networkOf, retryAfter } from "../gate/counters";
import type { Limits } from "../limits";

const HOUR_SECONDS = 3600;

/** What whoever asks for a digest has to pass. */
export interface DigestDoor {
  secret: string;
  /** Confirmation mails in a day to one mailbox. */
  perMailbox: number;
  /**
   * Counts a request to subscribe, of its network address and of all, whatever becomes of it: what counted only mails
   * would tell who is subscribed. Throws RATE_LIMITED when there were too many from the address, SERVICE_UNAVAILABLE
   * when there were too many in all.
   */
  admit(address: string): Promise<void>;
}

export function createDigestDoor(limits: Limits, secret: string, redis: Redis | null): DigestDoor {
  const ofAddress = createCounter("subscribe", limits.SUBSCRIBE_LIMIT_ADDRESS, HOUR_SECONDS, redis);
  const ofAll = createCounter("subscribe-all", limits.SUBSCRIBE_LIMIT_ALL, HOUR_SECONDS, redis);
  return {
    secret,
    perMailbox: limits.SUBSCRIBE_LIMIT_MAILBOX,
    async admit(address) {
      const counted = await ofAddress?.spend(networkOf(address), 1);
      if (counted && !counted.granted) {
        const seconds = retryAfter(counted);
        const message = `At most ${counted.limit} requests to subscribe an hour are taken from one address; try again in ${seconds} s.`;
        throw rateLimited(message, seconds, { limit: counted.limit });
      }
      const all = await ofAll?.spend("all", 1);
      if (!all || all.granted) return;
      const seconds = retryAfter(all);
      const message = `Too many ask for digests at the moment; try again in ${seconds} s.`;
      throw serviceUnavailable(message, undefined, seconds);
    },
  };
}
