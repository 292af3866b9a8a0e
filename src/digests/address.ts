import { createHmac } from "node:crypto";

/** What limits go by: most servers take these as one mailbox. Mail is always sent to the address as it was given. */
export function foldAddress(email: string): string {
  const [local = "", domain = ""] = splitAddress(email.toLowerCase());
  return `${local.replace(/\+.*/, "")}@${domain}`;
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

function splitAddress(email: string): string[] {
  const at = email.lastIndexOf("@");
  return [email.slice(0, at), email.slice(at + 1)];
}
