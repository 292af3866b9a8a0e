import { createHmac } from "node:crypto";
import { readableAddress } from "../../inputs/mail-address";

/** Providers that take many spellings for one mailbox: the canonical domain, and what they ignore before the @. */
const PROVIDERS = new Map(
  [
    { domains: ["gmail.com", "googlemail.com"], ignored: /\./g },
    { domains: ["proton.me", "protonmail.com", "pm.me"], ignored: /[._-]/g },
  ].flatMap(({ domains, ignored }) => domains.map((domain) => [domain, { name: domains[0]!, ignored }] as const)),
);

/**
 * One spelling for all addresses that most servers take as one mailbox: without case and plus tag. Limits and erasure use
 * it; mail is always sent to the address as given.
 */
export function normalizeAddress(email: string): string {
  const [local = "", domain = ""] = splitAddress(email.toLowerCase());
  const provider = PROVIDERS.get(domain);
  const user = local.replace(/(?<=.)\+.*/, "");
  return provider ? `${user.replace(provider.ignored, "") || user}@${provider.name}` : `${user}@${domain}`;
}

/** a***@example.org: enough for its owner to recognize, too little to send mail to. */
export function maskAddress(email: string): string {
  const [local = "", domain = ""] = splitAddress(readableAddress(email));
  return `${local.slice(0, 1)}***@${domain}`;
}

/** A keyed hash of the address, ignoring case: a list of hashes does not reveal who is on it. */
export function hashAddress(secret: string, email: string): Buffer {
  return createHmac("sha256", secret).update(`address ${email.toLowerCase()}`).digest();
}

/** The hashes by which an address may be suppressed: of the address and of its mailbox. */
export function hashesOf(secret: string, email: string): Buffer[] {
  return [hashAddress(secret, email), hashAddress(secret, normalizeAddress(email))];
}

function splitAddress(email: string): string[] {
  const at = email.lastIndexOf("@");
  return [email.slice(0, at), email.slice(at + 1)];
}
