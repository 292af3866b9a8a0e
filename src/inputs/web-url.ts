import { LRUCache } from "lru-cache";
import { isBroken } from "./broken-text";
import { parseUrl } from "./parse-url";
import { visible } from "./visible";

/** A line break within a link: after a slash, and not before another link. */
const BROKEN_LINE = /(?<=\/)[ \t]*\r?\n\s*(?!https?:)/gi;
/** A second link after a separator; in a query string it may be intended. */
const SEVERAL = /^[^?#]*[,;|](?:https?:)?\/\//i;
const SEPARATOR_BEHIND = /[,;]+$/;
/** A scheme before one, as forms that begin with https:// make of a pasted URL. */
const DOUBLED_SCHEME = /^(?:https?:\/\/)+(https?):?(?=\/\/)/i;

/** The longest URL that is stored or linked to, in characters. */
export const MAX_URL_LENGTH = 2000;

/**
 * An absolute http or https URL; null for other texts. Invisible characters, trailing separators and a doubled scheme are
 * dropped; two links, or a link and words, are refused, as it is unclear which is meant; so is a user or password (RFC 3986,
 * 7.5 and 7.6): it is a secret, or makes one host look like another.
 */
export function readWebUrl(text: string): string | null {
  const url = visible(text)
    .trim()
    .replace(BROKEN_LINE, "")
    .replace(SEPARATOR_BEHIND, "")
    .replace(DOUBLED_SCHEME, "$1:");
  if (isBroken(url) || /[\s\p{Cc}]/u.test(url) || SEVERAL.test(url)) return null;
  const parsed = parseUrl(url);
  if (!parsed) return null;
  const { protocol, hostname, username, password, href } = parsed;
  return /^https?:$/.test(protocol) && hostname !== "" && username === "" && password === "" ? href : null;
}

/** What was read of the latest stored URLs: a feed links the same hundreds again and again. At most some 4 MB. */
const read = new LRUCache<string, { url: string | null }>({
  maxSize: 2_000_000,
  sizeCalculation: (_, text) => 100 + text.length,
});

/** The URL of a page for a link that people follow, of at most `most` characters; null for anything else that is stored. */
export function pageUrl(text: string | null, most = MAX_URL_LENGTH): string | null {
  if (text === null) return null;
  let known = read.get(text);
  if (!known) {
    known = { url: readWebUrl(text) };
    read.set(text, known);
  }
  return known.url !== null && known.url.length <= most ? known.url : null;
}
