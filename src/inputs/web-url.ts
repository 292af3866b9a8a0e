import { isBroken } from "./broken-text";
import { parseUrl } from "./parse-url";
import { visible } from "./visible";

/** A line break within a link: after a slash, and not before another link. */
const BROKEN_LINE = /(?<=\/)[ \t]*\r?\n\s*(?!https?:)/gi;
/** A second link after a separator; in a query string it may be intended. */
const SEVERAL = /^[^?#]*[,;|](?:https?:)?\/\//i;
const SEPARATOR_BEHIND = /[,;]+$/;

/**
 * An absolute http or https URL; null for other texts. Invisible characters and trailing separators are dropped; two links,
 * or a link and words, are refused, as it is unclear which is meant.
 */
export function readWebUrl(text: string): string | null {
  const url = visible(text).trim().replace(BROKEN_LINE, "").replace(SEPARATOR_BEHIND, "");
  if (isBroken(url) || /[\s\p{Cc}]/u.test(url) || SEVERAL.test(url)) return null;
  const parsed = parseUrl(url);
  if (!parsed) return null;
  const { protocol, hostname, href } = parsed;
  return /^https?:$/.test(protocol) && hostname !== "" ? href : null;
}
