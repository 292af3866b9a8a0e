import { parseUrl } from "../../inputs/parse-url";

/** Text from elsewhere as one line. Direction overrides are removed, as they would reverse the text that follows. */
export function cleanText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .trim();
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text escaped for elements and attributes. Braces too: the CSS inliner takes {{ for a template. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'{}]/g, (character) => entities[character] ?? `&#${character.codePointAt(0)};`);
}

/** In characters. Longer URLs are not for people, and fifty of them would fill the mail. */
const MAX_URL = 1000;

/** The URL of an external page that a mail may link to; null for what is not a web page or only looks like one. */
export function pageUrl(text: string | null): string | null {
  const url = text && parseUrl(text);
  if (!url) return null;
  const isPage = /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  return isPage && url.href.length <= MAX_URL ? url.href : null;
}
