import type { FastifyRequest } from "fastify";
import type { Consent } from "../subscriptions/subscribe.service";

/** In characters; longer ones are cut: they only document the consent. */
const MAX_USER_AGENT_LENGTH = 500;

export interface WithToken {
  Params: { token: string };
}

/** The client, for the record of consent. A client that has disconnected has no address any more. */
export function consentOf({ ip = "", headers }: Pick<FastifyRequest, "ip" | "headers">): Consent {
  return { address: ip, userAgent: headers["user-agent"]?.slice(0, MAX_USER_AGENT_LENGTH) ?? null };
}
