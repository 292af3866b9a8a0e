import { visible } from "./visible";

/** ISO 26324: a directory indicator, a registrant's code, a slash, and a name. */
const DOI = /^10\.\d{4,9}(?:\.\d+)*\/[^\s\p{Cc}]+$/u;
const RESOLVER = /^(?:(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\/|doi:\s*)/i;

/** A DOI alone, whether given so, after `doi:` or as an address of doi.org; null for other texts. */
export function readDoi(text: string): string | null {
  const doi = visible(text).trim().replace(RESOLVER, "");
  return DOI.test(doi) ? doi : null;
}
