import { percentDecoded } from "./percent-decoded";
import { visible } from "./visible";

/** ISO 26324: a directory indicator, a registrant's code, a slash, and a name. */
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/[^\s\p{Cc}]+$/u;
/** In characters: more than the longest DOI in the longest link. */
const MAX_LENGTH = 2000;
/** Each address within an address is encoded once more. */
const MAX_ENCODED = 3;

const RESOLVER = String.raw`(?:(?:https?:)?\/\/)?(?:(?:dx|www)\.)?doi\.org(?::\d+)?\/+`;
/** Links in Markdown, HTML and LaTeX, brackets, quotation marks, emphasis, the resolver's address, and labels. */
const OPENING = new RegExp(
  [
    String.raw`^(?:\[[^\][]*\]\(`,
    String.raw`<a\s[^>]*?\bhref=`,
    String.raw`\\(?:url|href|doi|path|texttt)\s?(?=\{)`,
    RESOLVER,
    String.raw`[\s\p{Ps}\p{Pi}\p{Pf}<"'\x60*_]`,
    String.raw`(?:(?:info|urn):)?doi(?:\s?[:=.]\s?|\s|\/(?=10\.)|\](?=\s?10\.)|(?=10\.))`,
    String.raw`(?:see|url|link|available(?: at| from)?)(?:\s?[:=]\s?|\s))+`,
  ].join("|"),
  "iu",
);
const AT_RESOLVER = new RegExp(RESOLVER, "i");
/** The "#" that ends some names is their check digit: "3.0.CO;2-#". */
const QUERY_AND_FRAGMENT = /\?.*$|(?<!;\d-)#.*$/s;
const QUERY = /\?[\w.-]+=.*$/s;

const PARTNERS: Record<string, string> = { ")": "(", "]": "[", "}": "{", ">": "<", "»": "«", "”": "“", "’": "‘" };
const MARK_AT_END = /[\s.,;:!?"'`*/…]$/u;

/**
 * The DOI that a pasted text names: alone or as its address at doi.org, labelled, in brackets or as a link; null for other
 * texts. What belongs to the name stays, such as brackets with their partners.
 */
export function readDoi(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  const given = visible(text).trim();
  const opened = given.replace(OPENING, "");
  const opening = given.slice(0, given.length - opened.length);
  const behind = AT_RESOLVER.test(opening) ? QUERY_AND_FRAGMENT : QUERY;
  const own = beforeCloser(opened, opening).replace(behind, "");
  const doi = withoutEnd(percentDecoded(own, MAX_ENCODED));
  if (DOI.test(doi)) return doi;
  const decoded = percentDecoded(given, MAX_ENCODED);
  return decoded === given ? null : readDoi(decoded);
}

/** The text before the bracket or quotation mark that closes what the opening opens. */
function beforeCloser(text: string, opening: string): string {
  if (/href=["']$/i.test(opening)) return text.split(/["']/, 1)[0]!;
  const open = opening.replace(/\[[^\][]*\]/g, "");
  let shortest = text;
  for (const [closer, partner] of Object.entries(PARTNERS)) {
    if (!open.includes(partner)) continue;
    const at = firstAlone(shortest, closer, partner);
    if (at >= 0) shortest = shortest.slice(0, at);
  }
  return shortest;
}

/** Where the first closing sign without a partner is; -1 where each has one. */
function firstAlone(text: string, closer: string, partner: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === partner) depth++;
    else if (text[i] === closer && --depth < 0) return i;
  }
  return -1;
}

/** Removes what sentences and links print after a name: marks, slashes, and brackets that are not opened in it. */
function withoutEnd(text: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const shown = text.slice(0, end);
    const last = shown.at(-1)!;
    const partner = PARTNERS[last];
    const isAlone = partner !== undefined && firstAlone(shown, last, partner) === end - 1;
    if (!isAlone && !MARK_AT_END.test(shown)) break;
  }
  return text.slice(0, end);
}

/** Between several DOIs: in a name, commas and semicolons are letters like others ("10.1002/(SICI)1521-4095...3.0.CO;2-#"). */
const BETWEEN = /\s+|[,;](?=doi:|https?:|10\.\d{4})/i;

/** Of several DOIs, as of an article and its translation, the first one; null where there is none. */
export function readFirstDoi(text: string): string | null {
  const parts = text.split(BETWEEN).map(readDoi);
  return parts.find((doi) => doi !== null) ?? readDoi(text);
}
