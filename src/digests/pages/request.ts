import type { FastifyRequest } from "fastify";
import type { Consent } from "./actions";

/** Longer ones are cut: they only show later who consented. */
const MAX_USER_AGENT_LENGTH = 500;

export interface WithToken {
  Params: { token: string };
}

/** Who asks, for the record of consent. A client that has gone in the meantime has no address any more. */
export function consentOf({ ip = "", headers }: Pick<FastifyRequest, "ip" | "headers">): Consent {
  return { address: ip, userAgent: headers["user-agent"]?.slice(0, MAX_USER_AGENT_LENGTH) ?? null };
}
