import { domainToASCII, domainToUnicode } from "node:url";
import { InputError } from "./input-error";
import { percentDecoded } from "./percent-decoded";
import { INVISIBLE } from "./visible";

/** RFC 5322, 3.4: a mailbox. */
export interface Mailbox {
  /** Without its quotation marks; empty if there is none. */
  name: string;
  /** An addr-spec in ASCII, of at most 254 characters. */
  address: string;
}

/** Atoms with single dots between them (RFC 5322, 3.2.3). */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const HOST = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;
/** RFC 5321, 4.5.3.1: 64 bytes before the @; a path of 256 with its angle brackets leaves 254. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
/** Of the whole input, with the name and what surrounds it. */
const MAX_GIVEN_LENGTH = 1000;

/** As a top-level domain it would be part of an IPv4 address (WHATWG URL, "ends in a number"). */
const NUMBER_AT_END = /(?:^|\.)(?:\d+|0x[\da-f]*)$/i;
/** A copied link (RFC 6068). */
const LINK = /^mailto:([^?]*)/i;
/** Full-width and small @, as some input methods type them. */
const WIDE_AT = /[\uff20\ufe6b]/g;
/** In some scripts joiners are part of a domain (IDNA); other invisible characters never are. */
const INVISIBLE_IN_DOMAINS = new RegExp(String.raw`(?![\u200c\u200d])${INVISIBLE.source}`, "gu");
/** A non-ASCII character, with its accents. */
const FOREIGN = /\P{M}?\p{M}+|[^\0-\x7f]/u;

/** Around a copied text: spaces and invisible characters. */
const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;
/** A quoted name (captured without quotes), or one without quotation marks, and the content of the angle brackets. */
const WITH_NAME = /^(?:"((?:[^"\\]|\\.)*)"\s*|([^"<>]*))<([^<>]*)>$/;

/**
 * Reads one mail address, alone, in angle brackets, or after a name: the one rule for all inputs. An addr-spec without
 * quoting, comments and address literals. Its domain may be in any script, and is returned in ASCII (IDNA). Throws an
 * InputError that says what is wrong.
 */
export function readMailbox(text: string): Mailbox {
  if (text.length > MAX_GIVEN_LENGTH) refuse(`It has more than ${MAX_LENGTH} characters.`);
  const given = text.replace(EDGES, "");
  if (!/[<>]/.test(given)) return { name: "", address: readAddress(given) };
  const [, quoted, plain = "", address = ""] = WITH_NAME.exec(given) ?? refuse("Angle brackets go around the address.");
  if (/[,;]/.test(plain)) refuse("It is more than one address, or a name with a comma that is not in quotation marks.");
  return { name: quoted?.replace(/\\(.)/g, "$1") ?? plain.trim(), address: readAddress(address.trim()) };
}

/** The same, without the name. */
export function readMailAddress(text: string): string {
  return readMailbox(text).address;
}

/** An address for people, with its domain in its own script; unchanged if that would not convert back to it. */
export function readableAddress(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at).toLowerCase();
  const readable = domain.includes("xn--") ? domainToUnicode(domain) : "";
  return readable && domainToASCII(readable) === domain ? address.slice(0, at) + readable : address;
}

function readAddress(given: string): string {
  const [, link] = LINK.exec(given) ?? [];
  const text = (link === undefined ? given : percentDecoded(link)).replace(WIDE_AT, "@");
  const at = text.lastIndexOf("@");
  if (text === "") refuse("It is empty.");
  if (at < 0) refuse("It has no @.");
  const local = text.slice(0, at).replace(INVISIBLE, "");
  const shown = text.slice(at + 1).replace(INVISIBLE_IN_DOMAINS, "");
  if (/[\s,;]/.test(local + shown)) refuse("It has a space, a comma or a semicolon, or is more than one address.");
  checkLocal(local);
  const domain = asciiDomain(shown);
  if (domain.endsWith(".")) refuse("The part after the @ ends with a full stop.");
  if (NUMBER_AT_END.test(domain)) refuse("The part after the @ ends with a number, as no domain does.");
  if (!HOST.test(domain)) refuse("The part after the @ is not a domain name.");
  const address = `${local}@${domain}`;
  return address.length > MAX_LENGTH ? refuse(`It has more than ${MAX_LENGTH} characters.`) : address;
}

function checkLocal(local: string): void {
  const [foreign] = FOREIGN.exec(local.normalize("NFC")) ?? [];
  if (foreign) {
    const shown = /^[\p{C}\u2800]/u.test(foreign)
      ? `U+${foreign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`
      : foreign;
    refuse(
      `The part before the @ has “${shown}”: letters beyond a to z there need mail servers with SMTPUTF8, and are not accepted.`,
    );
  }
  if (local.length > MAX_LOCAL_LENGTH) refuse(`It has more than ${MAX_LOCAL_LENGTH} characters before the @.`);
  if (local.includes("@")) refuse("It has more than one @.");
  if (!LOCAL.test(local)) {
    refuse(
      "The part before the @ may have letters, digits and !#$%&'*+/=?^_`{|}~-, with single dots between them, without quotation marks.",
    );
  }
}

/** Converts by UTS #46, as browsers do; empty for invalid domains. ASCII stays as it is spelt. */
function asciiDomain(domain: string): string {
  if (/^[\0-\x7f]*$/.test(domain)) return domain;
  // As a URL's host, more would be accepted: %41 for A.
  return /^(?:[a-z\d.-]|[^\0-\x7f])+$/iu.test(domain) ? domainToASCII(domain) : "";
}

function refuse(problem: string): never {
  throw new InputError(`${problem} It must be one mail address, e.g. name@example.org.`);
}
