import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { GraphQLError } from "graphql";
import { badCredentials, badUserInput } from "../graphql/errors";
import { parseUrl } from "../inputs/parse-url";

/** A loopback address or name, as URLs have it. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses what a page of another site sends to a server behind a firewall by a name of its own (DNS rebinding): MCP,
 * Streamable HTTP, "Security Warning". A name must be that of `publicUrl`; an address cannot be rebound.
 */
export function requireOwnSite({ hostname, headers: { origin } }: FastifyRequest, publicUrl: string): void {
  const own = parseUrl(publicUrl)?.hostname;
  const host = hostname.toLowerCase();
  if (host !== own && !LOOPBACK.test(host) && isIP(host.replace(/^\[|\]$/g, "")) === 0) {
    throw badUserInput("Host", "Agents are served at the host of the setting PUBLIC_URL, and at addresses.", 403);
  }
  if (origin === undefined) return;
  const page = parseUrl(origin)?.hostname ?? "";
  if (page === own || page === host || LOOPBACK.test(page)) return;
  throw badUserInput("Origin", "Agents on pages of other sites are not served.", 403);
}

/** Where clients find out who gives tokens for this resource (RFC 9728, 3). */
export const METADATA = "/.well-known/oauth-protected-resource";

/** The metadata of the resource, at `publicUrl`, for which `issuer` gives tokens, if there is one. */
export function resourceMetadata(publicUrl: string, issuer: string | null, siteName: string): object {
  return {
    resource: `${publicUrl}/mcp`,
    ...(issuer !== null && { authorization_servers: [issuer] }),
    bearer_methods_supported: ["header"],
    resource_name: siteName,
  };
}

/** A refusal with HTTP status 401 and the challenge of RFC 9728, 5.1, which tells where the metadata is. */
export function challenge(publicUrl: string, message: string, error: "invalid_token" | null): GraphQLError {
  const parameters = [error && `error="${error}"`, `resource_metadata="${publicUrl}${METADATA}"`].filter(
    (each) => each,
  );
  return badCredentials(message, `Bearer ${parameters.join(", ")}`);
}
