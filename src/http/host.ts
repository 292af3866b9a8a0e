import type { FastifyInstance, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { badUserInput } from "../graphql/errors";
import { parseUrl } from "../inputs/parse-url";

/** Refuses requests whose host is missing or invalid (RFC 9112, 3.2), which Node.js would refuse without a message. */
export function requireHost(server: FastifyInstance): void {
  server.addHook("onRequest", (request, _, done) => {
    done(isHost(request) ? undefined : badUserInput("Host", "A request must have one Host header with a valid host."));
  });
}

const MAX_HOSTS = 100;
const hosts = new LRUCache<string, true>({ max: MAX_HOSTS });

/**
 * Whether a request names its host as it must: once and validly, or not at all in HTTP/1.0. Few different ones come, so the
 * latest valid ones are cached.
 */
function isHost({ headers: { host }, raw: { rawHeaders, httpVersion } }: FastifyRequest): boolean {
  if (host === undefined) return httpVersion === "1.0";
  if (rawHeaders.findLastIndex(isHostName) !== rawHeaders.findIndex(isHostName)) return false;
  if (hosts.get(host)) return true;
  const isGood = /^[^\s/?#@\\]+$/.test(host) && parseUrl(`http://${host}`) !== null;
  if (isGood) hosts.set(host, true);
  return isGood;
}

/** Whether a raw header is the name of this one: names and values take turns. */
function isHostName(text: string, i: number): boolean {
  return i % 2 === 0 && text.length === 4 && text.toLowerCase() === "host";
}
