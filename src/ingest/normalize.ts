import { visible } from "../inputs/visible";
import { readEntities } from "../spelling/entities";
import { readTexAccents } from "../spelling/tex-accents";
import { readTexCommands } from "./tex-commands";

/** A text on one line: any white space, line breaks too, becomes single spaces; invisible characters are dropped. */
export function normalizeSpace(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}

/** Characters that look like a hyphen, including the minus sign. */
export const HYPHENS = /[\p{Pd}\u2212\u2043]/gu;

const SUPERSCRIPTS = /[\u00b2\u00b3\u00b9\u2070-\u207f]+/g;
/** Before a single-character fraction that follows a number. */
const FRACTION_BEHIND = /(?<=\p{N})(?=[\u00bc-\u00be\u2150-\u215e\u2189])/gu;
const TEX_FRACTION = /\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g;
/** Signs of numbers that TeX and Unicode write differently from ASCII. */
const ALIKE: [RegExp, string][] = [
  [HYPHENS, "-"],
  [/\u266f/g, "#"],
  [/\\times(?![a-z])|[\u00d7\u2715\u2716\u2a2f]/g, "x"],
  [/[\u2044\u2215]/g, "/"],
  [/\u2236/g, ":"],
];
const GREEK =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega";
const GREEK_NAMES = GREEK.split(" ");
/** A Greek letter as a mathematical sign, not in a Greek word. */
const GREEK_SIGN = /(?<!\p{Script=Greek})[\u03b1-\u03c9](?!\p{Script=Greek})/gu;
const TEX_VARIANT = /\\var(?=epsilon|theta|kappa|pi|rho|sigma|phi)/g;
/** TeX mark-up, whatever it means. */
const TEX = /[$\\{}]/g;
/** A hyphen or minus before a number, or one of `- . / :` between two; any other sign except letters, digits, `+`, `#` and `^`. */
const SIGNS =
  /((?<![\p{L}\p{M}\p{N})\]])-(?=\p{N})|(?<=\p{N} ?)-(?= ?\p{N})|(?<=\p{N})[./:](?=\p{N}))|[^\p{L}\p{M}\p{N}+#^]/gu;

/**
 * The key that different printings of one title share: its letters, digits, and the signs that distinguish works: `+`, `#`,
 * `^` (also for superscripts) and those of numbers. Case, white space, other punctuation, TeX mark-up, its commands for signs
 * and fonts, and HTML entities are normalized. A title without any of these is its own key.
 */
export function titleKey(title: string): string {
  const read = readTexAccents(readTexCommands(readEntities(title).replace(TEX_FRACTION, "$1/$2")));
  const raised = read.replace(SUPERSCRIPTS, "^$&").replace(FRACTION_BEHIND, " ").normalize("NFKC").toLowerCase();
  const alike = ALIKE.reduce((text, [signs, sign]) => text.replace(signs, sign), raised);
  const named = alike.replace(GREEK_SIGN, (letter) => GREEK_NAMES[letter.charCodeAt(0) - 0x3b1]!);
  const normalized = normalizeSpace(named.replace(TEX_VARIANT, "").replace(TEX, ""));
  return normalized.replace(SIGNS, "$1") || normalizeSpace(title.normalize("NFKC").toLowerCase());
}

/** The first spelling of each word, ignoring case; white space is collapsed, blank words are dropped. */
export function uniqueWords(words: string[]): string[] {
  const known = new Map<string, string>();
  for (const word of words.map(normalizeSpace)) {
    const key = word.toLowerCase();
    if (word !== "" && !known.has(key)) known.set(key, word);
  }
  return [...known.values()];
}
