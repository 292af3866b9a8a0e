import { INVISIBLE, visible } from "../inputs/visible";
import { readEntities } from "../spelling/entities";
import { readTexAccents } from "../spelling/tex-accents";
import { HYPHENS, normalizeSpace } from "./normalize";

/** A possible line break: between two names it stands for a hyphen, within a name for nothing. */
const SOFT_HYPHEN = /\u00ad(?=\p{Lu})/gu;
/** TeX braces with one more level inside; bounded, so that no name takes long to match. */
const BRACED = String.raw`\{[^{}]{0,100}(?:\{[^{}]{0,50}\}[^{}]{0,50}){0,3}\}`;
/** Commands for footnote marks, raised or not. */
const MARK = String.raw`\\(?:text|math)?(?:d?dag(?:ger)?|ast(?:eriskcentered)?|star|bullet|section|paragraph|sharp|S|P)(?![A-Za-z])(?:\{\})?`;
const NOTE = String.raw`\\(?:thanks(?:ref)?|footnote(?:mark|text)?|inst|(?:IEEE)?authorrefmark|(?:fn|cor|tnote)ref|orcid(?:link|ID)?)(?![A-Za-z])\s?(?:\[[^\]]{0,10}\])?(?:${BRACED})?`;
/** Superscripts in a name are footnote marks, except a letter within it, as in "M$^c$Example". */
const RAISED = String.raw`(?:\{\})?(?<!\\)\^(?:${BRACED}|\\[A-Za-z]+|[a-z](?!\p{L})|[\d,*†‡§ ]{1,20})`;
const TEX_NOTES = new RegExp(String.raw`${NOTE}|\\textsuperscript\s?(?:${BRACED})?|\$?(?:${MARK}|${RAISED})\$?`, "gu");
const RAISED_WITHIN = /(?<=\p{L})(?:\$\^\{?([a-z])\}?\$|\\textsuperscript\{([a-z])\})(?=\p{Lu})/gu;
const NOTES = String.raw`\s,*∗⁎†‡§¶‖⋆★☆✉\u00b9\u00b2\u00b3\u2070-\u207f`;
const NOTES_BEFORE = new RegExp(`^[${NOTES}]+`);
const NOTES_BEHIND = new RegExp(`(?<![${NOTES}])[${NOTES}]+$`);

/**
 * An author's name as a source prints it, without footnote marks (`Ada*`, `Ada†`, `Ada¹`) and invisible characters, and with
 * TeX accents and HTML entities decoded. A name of nothing but marks stays as it is.
 */
export function readName(text: string): string {
  const shown = visible(readEntities(text).replace(SOFT_HYPHEN, "-"));
  const plain = shown.replace(RAISED_WITHIN, "$1$2").replace(TEX_NOTES, "");
  const name = readTexAccents(plain).replace(NOTES_BEFORE, "").replace(NOTES_BEHIND, "");
  return normalizeSpace(name) || normalizeSpace(shown);
}

const APOSTROPHES = /['`\u00b4\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u2018\u2019\u201b\u2032\u2035\ua78c\uff07]/g;
const QUOTATION_MARKS = /[\u201c-\u201f\u2033\u00ab\u00bb]/g;
/** The period of an initial, up to a hyphen that joins it to the next. */
const INITIAL = /(?<![\p{L}\p{M}])(\p{L}\p{M}*)\.(?:\s*(-))?/gu;
const GENERATION = /,? (jr|sr|ii|iii|iv)\.?$/;

/** In capitals ß is SS, and ς at the end of a word is Σ like σ within. */
function withoutCase(text: string): string {
  return text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
}

/**
 * The key by which two printed names are one author: case, white space, periods of initials, look-alikes (apostrophes,
 * hyphens, quotation marks), invisible characters and punctuation around Jr, Sr, II, III and IV are normalized.
 */
export function nameKey(name: string): string {
  const signs = readName(name)
    .replace(APOSTROPHES, "'")
    .replace(QUOTATION_MARKS, '"')
    .normalize("NFKC")
    .replace(HYPHENS, "-")
    .replace(INVISIBLE, "");
  const normalized = normalizeSpace(withoutCase(signs));
  return (
    normalizeSpace(normalized.replace(INITIAL, (_, initial, hyphen = " ") => initial + hyphen)).replace(
      GENERATION,
      " $1",
    ) ||
    normalized ||
    normalizeSpace(name)
  );
}
