import { createHmac } from "node:crypto";

/** Of providers that take many spellings for one mailbox: the one name of their domains, and what they do not look at. */
const PROVIDERS = new Map(
  [
    { domains: ["gmail.com", "googlemail.com"], ignored: /\./g },
    { domains: ["proton.me", "protonmail.com", "pm.me"], ignored: /[._-]/g },
  ].flatMap(({ domains, ignored }) => domains.map((domain) => [domain, { name: domains[0]!, ignored }] as const)),
);

/**
 * One spelling for all addresses that most servers take as one mailbox, without case and plus-tag. Limits and erasure go
 * by it; mail is always sent to the address as it was given.
 */
export function foldAddress(email: string): string {
  const [local = "", domain = ""] = splitAddress(email.toLowerCase());
  const provider = PROVIDERS.get(domain);
  const user = local.replace(/(?<=.)\+.*/, "");
  return provider ? `${user.replace(provider.ignored, "") || user}@${provider.name}` : `${user}@${domain}`;
}

/** a***@example.org: enough for its owner to know it by, too little to write to. */
export function maskAddress(email: string): string {
  const [local = "", domain = ""] = splitAddress(email);
  return `${local.slice(0, 1)}***@${domain}`;
}

/** A keyed hash of the address, whatever its case: a list of them tells nobody who is on it. */
export function hashAddress(secret: string, email: string): Buffer {
  return createHmac("sha256", secret).update(`address ${email.toLowerCase()}`).digest();
}

/** The hashes by which an address may be suppressed: its own, and its mailbox's. */
export function hashesOf(secret: string, email: string): Buffer[] {
  return [hashAddress(secret, email), hashAddress(secret, foldAddress(email))];
}

function splitAddress(email: string): string[] {
  const at = email.lastIndexOf("@");
  return [email.slice(0, at), email.slice(at + 1)];
}
