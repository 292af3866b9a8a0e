import { isIP } from "node:net";
import type { AllowedReceivers, WebhookSettings } from "../../config/webhook-settings";
import { parseUrl } from "../../inputs/parse-url";
import { isPublicAddress, isWithin } from "./public-address";

/** Which receivers may be sent to. */
export interface ReceiverRules {
  allow: AllowedReceivers;
  /** Whether http is allowed, too. */
  http: boolean;
}

export const PUBLIC_ONLY: ReceiverRules = { allow: { names: new Set(), networks: [] }, http: false };

/** The rules of the settings. */
export function receiverRules({ WEBHOOKS_ALLOW: allow, WEBHOOKS_HTTP: http }: WebhookSettings): ReceiverRules {
  return { allow: allow ?? PUBLIC_ONLY.allow, http };
}

const MAX_URL_LENGTH = 2000;

/** Names that no public name server knows, or that mean this machine or its network (RFC 6761, 6762, 7686, 8375, 9476). */
const PRIVATE_NAME =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|private|corp|home|home\.arpa|onion|alt|invalid|test)$/;

/** Two labels or more, of at most 63 characters each and 253 in all (RFC 1035). */
const PUBLIC_NAME = /^(?=.{1,253}$)(?:[^.]{1,63}\.)+[^.]{1,63}$/;

/**
 * Why nothing may be posted to a URL, as far as can be told without asking a name server, as a sentence; null when something
 * may be. Addresses are checked again when they are dialled: see `dial`.
 */
export function urlProblem(text: string, rules: ReceiverRules): string | null {
  if (text.length > MAX_URL_LENGTH) return `url must have at most ${MAX_URL_LENGTH} characters.`;
  const url = parseUrl(text);
  if (!url) return "url must be an absolute URL, e.g. https://hooks.example/papers.";
  if (url.protocol !== "https:" && !(rules.http && url.protocol === "http:")) {
    return `url must begin with https://${rules.http ? " or http://" : ""}, not ${url.protocol}//.`;
  }
  if (url.username || url.password) return "url must not have a user or password: put a secret into its path.";
  const host = hostOf(url);
  const allowed = isAllowed(host, rules.allow);
  const ports = rules.http ? ["", "443", "80"] : ["", "443"];
  if (!allowed && !ports.includes(url.port)) {
    return `url must use port 443${rules.http ? " or 80" : ""}, not ${url.port}.`;
  }
  return allowed ? null : hostProblem(host);
}

/** Why a host must not be reached, as far as its text tells; null when it may be. */
export function hostProblem(host: string): string | null {
  if (isIP(host)) return isPublicAddress(host) ? null : `${host} is not a public address.`;
  if (PRIVATE_NAME.test(host) || !PUBLIC_NAME.test(host)) return `${host.slice(0, 100)} is not a public host name.`;
  return null;
}

/** Whether the operator allows a host, whatever its addresses. */
export function isAllowed(host: string, allow: AllowedReceivers): boolean {
  return allow.names.has(host) || isWithin(host, allow.networks);
}

/** The host name, or the address without brackets, of a URL: in lower case, without a dot at its end. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** What is the same for all webhooks of one receiver: host and port. */
export function hostKey(text: string): string {
  const url = new URL(text);
  return `${hostOf(url)}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
