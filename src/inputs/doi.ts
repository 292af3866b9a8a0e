import { visible } from "./visible";

/** ISO 26324: a directory indicator, a registrant's code, a slash, and a name. */
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/[^\s\p{Cc}]+$/u;
const RESOLVER = /^(?:(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\/|doi:\s*)/i;

/** A DOI alone, whether given so, after `doi:` or as an address of doi.org; null for other texts. */
export function readDoi(text: string): string | null {
  const doi = visible(text).trim().replace(RESOLVER, "");
  return DOI.test(doi) ? doi : null;
}

/** Between several DOIs: in a name, commas and semicolons are letters like others ("10.1002/(SICI)1521-4095...3.0.CO;2-#"). */
const BETWEEN = /\s+|[,;](?=doi:|https?:|10\.\d{4})/i;

/** Of several DOIs, as of an article and its translation, the first one; null where there is none. */
export function readFirstDoi(text: string): string | null {
  const parts = text.split(BETWEEN).map((part) => readDoi(part.replace(/[,;]+$/, "")));
  return parts.find((doi) => doi !== null) ?? null;
}
